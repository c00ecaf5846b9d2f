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

/** How far some optimizers go. */
export const efforts = ['light', 'medium', 'heavy'] as const
export type Effort = (typeof efforts)[number]

/** What some optimizers need beyond the seed. */
export interface OptimizerParts {
  readonly seed: number
  /** Rows shown at each call. */
  readonly neighbors: number
  /** Made where it is needed, for it may lack a key. */
  readonly embedder: () => Embedder
  /** What the optimizer thinks best when absent. */
  readonly effort: Effort | undefined
}

/** A flag that only some optimizers heed. */
export type OptimizerFlag = 'neighbors' | 'auto' | 'prompt-model' | 'try-instructions'

interface NamedOptimizer {
  readonly heeds: readonly OptimizerFlag[]
  make(parts: OptimizerParts): Optimizer
}

const demosOnly = (make: NamedOptimizer['make']): NamedOptimizer => ({ heeds: [], make })

const optimizers: Readonly<Record<string, NamedOptimizer>> = {
  auto: demosOnly(({ seed }) => auto({ seed })),
  'labeled-few-shot': demosOnly(({ seed }) => labeledFewShot({ seed })),
  'bootstrap-few-shot': demosOnly(({ seed }) => bootstrapFewShot({ seed })),
  'bootstrap-random-search': demosOnly(({ seed }) => bootstrapRandomSearch({ seed })),
  'knn-few-shot': {
    heeds: ['neighbors'],
    make: ({ seed, neighbors, embedder }) => knnFewShot({ k: neighbors, embedder: embedder(), seed }),
  },
}

/** The optimizers by name. */
export const optimizerNames: readonly string[] = Object.keys(optimizers)

/** An optimizer by its name; a ConfigurationError that lists them for an unknown one. */
export const optimizerFromName = (name: string, parts: OptimizerParts): Optimizer => namedOptimizer(name).make(parts)

/** The flags of these that the optimizer does not heed. */
export const unheeded = (name: string, flags: readonly OptimizerFlag[]): readonly OptimizerFlag[] => {
  const { heeds } = namedOptimizer(name)
  return flags.filter(flag => !heeds.includes(flag))
}

/** The optimizers that heed a flag. */
export const heeding = (flag: OptimizerFlag): readonly string[] =>
  Object.entries(optimizers).flatMap(([name, { heeds }]) => (heeds.includes(flag) ? [name] : []))

const namedOptimizer = (name: string): NamedOptimizer => {
  const found = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
  if (found !== undefined) return found
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected --optimizer to be ${optimizerNames.join(', ')}, got '${name}'.`,
    { option: 'optimizer' },
  )
}
