import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('bootstrapFewShot', () => bootstrapFewShot({ maxIterations: 2 }))
