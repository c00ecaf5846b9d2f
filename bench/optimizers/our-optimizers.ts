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
import { lexicalEmbedder } from '../../src/retrieval/lexical-embedder.ts'

export { auto }

/** Our versions of the field's optimizers, with the settings that DSPy's have in dspy_optimizers.py. */
export const ports: Readonly<Record<string, () => Optimizer>> = {
  labeledFewShot: () => labeledFewShot(),
  bootstrapFewShot: () => bootstrapFewShot(),
  knnFewShot: () => knnFewShot({ k: 5, embedder: lexicalEmbedder() }),
  inferRules: () => inferRules(),
  miproV2: () => miproV2(),
  'miproV2, 0-shot': () => miproV2({ maxBootstrappedDemos: 0, maxDemos: 0 }),
  gepa: () => gepa({ auto: 'light' }),
  bootstrapRandomSearch: () => bootstrapRandomSearch(),
  copro: () => copro({ breadth: 6 }),
  simba: () => simba({ steps: 2 }),
  betterTogether: () =>
    betterTogether({
      optimizers: { instructions: gepa({ maxMetricCalls: 560 }), demos: bootstrapRandomSearch({ candidates: 4 }) },
    }),
}

/** What is compared with DSPy's optimizer of its name, at the settings of FIDELITY in dspy_optimizers.py. */
export interface Counterpart {
  readonly reference: string
  /** Whether the reference is given development rows, too. */
  readonly usesDev: boolean
  make(): Optimizer
}

export const counterparts: Readonly<Record<string, Counterpart>> = {
  miproV2: { reference: 'MIPROv2', usesDev: true, make: () => miproV2({ auto: 'light' }) },
  copro: { reference: 'COPRO', usesDev: false, make: () => copro({ breadth: 5, depth: 2 }) },
  simba: { reference: 'SIMBA', usesDev: false, make: () => simba({ batchSize: 16, candidates: 4, steps: 3 }) },
  gepa: { reference: 'GEPA', usesDev: true, make: () => gepa({ maxMetricCalls: 500 }) },
  inferRules: { reference: 'InferRules', usesDev: true, make: () => inferRules({ candidates: 6 }) },
}
