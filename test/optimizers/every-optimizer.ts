import { auto } from '../../src/optimizers/auto.ts'
import { betterTogether } from '../../src/optimizers/better-together.ts'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { copro } from '../../src/optimizers/copro.ts'
import { gepa } from '../../src/optimizers/gepa.ts'
import { inferRules } from '../../src/optimizers/infer-rules.ts'
import { knnFewShot } from '../../src/optimizers/knn-few-shot.ts'
import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import { miproV2 } from '../../src/optimizers/mipro-v2.ts'
import type { Optimizer } from '../../src/optimizers/optimizer.ts'
import { simba } from '../../src/optimizers/simba.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'

/** Numbers are near that are near. */
const embedder = functionEmbedder({
  id: 'test/numbers',
  embed: texts => texts.map(text => [1, Number(/\d+/.exec(text)?.[0] ?? 0) / 100]),
})

/** Every optimizer there is, with settings that let it finish on a few dozen rows. */
export const everyOptimizer: readonly (readonly [name: string, make: () => Optimizer])[] = [
  ['labeledFewShot', () => labeledFewShot({ k: 4 })],
  ['bootstrapFewShot', () => bootstrapFewShot({ maxIterations: 2, maxDemos: 4 })],
  ['bootstrapRandomSearch', () => bootstrapRandomSearch({ candidates: 2, maxDemos: 4 })],
  ['knnFewShot', () => knnFewShot({ k: 3, embedder })],
  ['copro', () => copro({ breadth: 3, depth: 2 })],
  ['simba', () => simba({ batchSize: 6, candidates: 3, steps: 2 })],
  ['gepa', () => gepa({ maxMetricCalls: 90 })],
  ['inferRules', () => inferRules({ candidates: 2, maxDemos: 4 })],
  [
    'miproV2',
    () => miproV2({ candidates: 3, trials: 4, minibatch: true, minibatchSize: 6, minibatchFullEvalSteps: 2 }),
  ],
  [
    'betterTogether',
    () =>
      betterTogether({
        optimizers: { demos: bootstrapFewShot({ maxDemos: 3 }), rules: copro({ breadth: 3, depth: 1 }) },
      }),
  ],
  ['auto', () => auto()],
]
