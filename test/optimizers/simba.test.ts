import { simba } from '../../src/optimizers/simba.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('simba', () => simba({ batchSize: 6, candidates: 3, steps: 3 }))
