import { betterTogether } from '../../src/optimizers/better-together.ts'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { simba } from '../../src/optimizers/simba.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('betterTogether', () =>
  betterTogether({
    optimizers: {
      p: bootstrapRandomSearch({ candidates: 1 }),
      f: bootstrapFewShot(),
      s: simba({ batchSize: 4, candidates: 2, steps: 1 }),
    },
    strategy: 'p -> s -> f',
  }),
)
