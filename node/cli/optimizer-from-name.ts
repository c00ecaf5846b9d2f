import {
  auto,
  bootstrapFewShot,
  bootstrapRandomSearch,
  ConfigurationError,
  type Embedder,
  knnFewShot,
  labeledFewShot,
  type Optimizer,
} from '../../src/index.ts'

/** What some optimizers need beyond the seed. */
export interface OptimizerParts {
  readonly seed: number
  /** Rows shown at each call. */
  readonly neighbors: number
  /** Made where it is needed, for it may lack a key. */
  readonly embedder: () => Embedder
}

const optimizers: Readonly<Record<string, (parts: OptimizerParts) => Optimizer>> = {
  auto: ({ seed }) => auto({ seed }),
  'labeled-few-shot': ({ seed }) => labeledFewShot({ seed }),
  'bootstrap-few-shot': ({ seed }) => bootstrapFewShot({ seed }),
  'bootstrap-random-search': ({ seed }) => bootstrapRandomSearch({ seed }),
  'knn-few-shot': ({ seed, neighbors, embedder }) => knnFewShot({ k: neighbors, embedder: embedder(), seed }),
}

/** An optimizer by its name; a ConfigurationError that lists them for an unknown one. */
export const optimizerFromName = (name: string, parts: OptimizerParts): Optimizer => {
  const make = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
  if (make !== undefined) return make(parts)
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected --optimizer to be ${Object.keys(optimizers).join(', ')}, got '${name}'.`,
    { option: 'optimizer' },
  )
}
