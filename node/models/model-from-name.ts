import { ConfigurationError, type LanguageModel, openaiCompatible, retried } from '../../src/index.ts'
import { localModel } from './local-model.ts'

export interface ModelFromNameOptions {
  /** Where an OpenAI-compatible server is; the provider's own address, or OPENAI_BASE_URL, when absent. */
  readonly baseUrl?: string
  /** Where keys are looked up; `process.env` when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * A model by the name one types: `openai/gpt-4o-mini`, `local/nano`, `local/./folder`. Remote ones are retried; keys come
 * from the environment.
 *
 * @throws ConfigurationError `configuration/invalid` for an unknown provider, `configuration/missing` for a missing key
 * @example
 * const model = modelFromName('openai/qwen3', { baseUrl: 'http://localhost:11434/v1' })
 */
export const modelFromName = (
  name: string,
  { baseUrl, environment = process.env }: ModelFromNameOptions = {},
): LanguageModel => {
  const slash = name.indexOf('/')
  const provider = slash < 0 ? '' : name.slice(0, slash)
  const model = name.slice(slash + 1)
  if (model === '' || (provider !== 'openai' && provider !== 'local')) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected a model like openai/gpt-4o-mini, local/nano or local/FOLDER, got '${name}'. For another OpenAI-compatible provider write openai/NAME with --base-url.`,
      { option: 'model' },
    )
  }
  if (provider === 'local') return localModel(model)
  const address = baseUrl ?? environment.OPENAI_BASE_URL
  const apiKey = environment.OPENAI_API_KEY
  if (apiKey === undefined && address === undefined) {
    throw new ConfigurationError(
      'configuration/missing',
      `${name} needs a key. Set the environment variable OPENAI_API_KEY, or name a server that needs none with --base-url.`,
      { option: 'OPENAI_API_KEY' },
    )
  }
  return retried(
    openaiCompatible({
      model,
      ...(address === undefined ? {} : { baseUrl: address }),
      ...(apiKey === undefined ? {} : { apiKey }),
    }),
  )
}
