import type { LanguageModel } from '../../src/index.ts'
import { modelFromName } from '../models/model-from-name.ts'
import { baseUrlOf } from './base-url-of.ts'
import { type Flags, text } from './flags.ts'

/** Flags of commands whose optimizers write instructions. */
export const promptModelFlags = {
  'prompt-model': { value: 'PROVIDER/NAME', help: 'who writes instructions, rules and advice; --model when absent' },
  'prompt-base-url': {
    value: 'URL',
    help: 'where it is asked; as --base-url when it is of the same provider as --model',
  },
  'prompt-price': { value: 'IN/OUT', help: 'what it costs, as --price' },
} as const

/** The name of the model that writes instructions, where it is another than --model. */
export const promptModelName = (flags: Flags): string | undefined => text(flags, 'prompt-model')

/** Where it is asked: what is said of it, else where --model is asked if both are of one provider. */
export const promptBaseUrl = (flags: Flags): string | undefined => {
  const name = promptModelName(flags)
  if (name === undefined) return undefined
  return text(flags, 'prompt-base-url') ?? baseUrlOf(name, flags)
}

/**
 * The model that writes instructions for the other; undefined where that writes them itself.
 *
 * @throws ConfigurationError
 */
export const promptModelFromFlags = (
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): LanguageModel | undefined => {
  const name = promptModelName(flags)
  if (name === undefined) return undefined
  const baseUrl = promptBaseUrl(flags)
  return modelFromName(name, { environment, ...(baseUrl !== undefined && { baseUrl }) })
}
