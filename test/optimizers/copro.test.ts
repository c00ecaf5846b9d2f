import { copro } from '../../src/optimizers/copro.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('copro', () => copro({ breadth: 4, depth: 2 }))
