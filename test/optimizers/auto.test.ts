import { auto } from '../../src/optimizers/auto.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('auto', () => auto())
