import { miproV2 } from '../../src/optimizers/mipro-v2.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('miproV2', () => miproV2())
describeOptimizer('miproV2 on batches', () => miproV2({ candidates: 4, minibatchSize: 3, minibatchFullEvalSteps: 2 }))
