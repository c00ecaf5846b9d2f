import {
  auto,
  bootstrapFewShot,
  bootstrapRandomSearch,
  ConfigurationError,
  labeledFewShot,
  type Optimizer,
} from '../../src/index.ts'

const optimizers: Readonly<Record<string, (seed: number) => Optimizer>> = {
  auto: seed => auto({ seed }),
  'labeled-few-shot': seed => labeledFewShot({ seed }),
  'bootstrap-few-shot': seed => bootstrapFewShot({ seed }),
  'bootstrap-random-search': seed => bootstrapRandomSearch({ seed }),
}

/** An optimizer by its name; a ConfigurationError that lists them for an unknown one. */
export const optimizerFromName = (name: string, seed: number): Optimizer => {
  const make = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
  if (make !== undefined) return make(seed)
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected --optimizer to be ${Object.keys(optimizers).join(', ')}, got '${name}'.`,
    { option: 'optimizer' },
  )
}
