import { inferRules } from '../../src/optimizers/infer-rules.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('inferRules', () => inferRules({ candidates: 3 }))
