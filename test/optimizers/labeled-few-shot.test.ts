import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('labeledFewShot', () => labeledFewShot({ k: 4 }))
