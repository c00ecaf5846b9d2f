import { gepa } from '../../src/optimizers/gepa.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('gepa', () => gepa({ maxMetricCalls: 90 }))
