import { ConfigurationError, type Embedder, type Optimizer } from '../../src/index.ts'
import {
  auto,
  betterTogether,
  bootstrapFewShot,
  bootstrapRandomSearch,
  copro,
  gepa,
  inferRules,
  knnFewShot,
  labeledFewShot,
  miproV2,
  simba,
} from '../../src/optimizers/index.ts'

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
  /** The optimizers that better-together runs one after the other, by name. */
  readonly stages: readonly string[]
}

/** A flag that only some optimizers heed. */
export type OptimizerFlag = 'neighbors' | 'auto' | 'stages' | 'prompt-model' | 'try-instructions'

interface NamedOptimizer {
  readonly heeds: readonly OptimizerFlag[]
  make(parts: OptimizerParts): Optimizer
}

const onDemos = (make: NamedOptimizer['make']): NamedOptimizer => ({ heeds: [], make })

const onInstructions = (make: NamedOptimizer['make'], more: readonly OptimizerFlag[] = []): NamedOptimizer => ({
  heeds: ['prompt-model', 'try-instructions', ...more],
  make,
})

const effortOf = ({ effort }: OptimizerParts) => (effort === undefined ? {} : { auto: effort })

const optimizers: Readonly<Record<string, NamedOptimizer>> = {
  auto: onInstructions(({ seed }) => auto({ seed })),
  'labeled-few-shot': onDemos(({ seed }) => labeledFewShot({ seed })),
  'bootstrap-few-shot': onDemos(({ seed }) => bootstrapFewShot({ seed })),
  'bootstrap-random-search': onDemos(({ seed }) => bootstrapRandomSearch({ seed })),
  'knn-few-shot': {
    heeds: ['neighbors'],
    make: ({ seed, neighbors, embedder }) => knnFewShot({ k: neighbors, embedder: embedder(), seed }),
  },
  copro: onInstructions(({ seed }) => copro({ seed })),
  'mipro-v2': onInstructions(parts => miproV2({ seed: parts.seed, ...effortOf(parts) }), ['auto']),
  simba: onInstructions(({ seed }) => simba({ seed })),
  gepa: onInstructions(parts => gepa({ seed: parts.seed, ...effortOf(parts) }), ['auto']),
  'infer-rules': onInstructions(({ seed }) => inferRules({ seed })),
  'better-together': onInstructions(parts => together(parts), ['stages', 'auto']),
}

/** The stages that better-together has where nobody says. */
export const defaultStages: readonly string[] = ['gepa', 'bootstrap-random-search']

const together = (parts: OptimizerParts): Optimizer => {
  const names = parts.stages.length === 0 ? defaultStages : parts.stages
  const possible = optimizerNames.filter(name => name !== 'better-together' && name !== 'knn-few-shot')
  const unknown = names.find(name => !possible.includes(name))
  if (unknown !== undefined)
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected --stages to name ${possible.join(', ')}, got '${unknown}'. Write --stages "${defaultStages.join(' -> ')}".`,
      { option: 'stages' },
    )
  return betterTogether({
    optimizers: Object.fromEntries(names.map(name => [name, namedOptimizer(name).make(parts)])),
    strategy: names.join(' -> '),
    seed: parts.seed,
  })
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
