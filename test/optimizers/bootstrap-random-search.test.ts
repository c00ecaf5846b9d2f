import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('bootstrapRandomSearch', () => bootstrapRandomSearch({ candidates: 3 }))
