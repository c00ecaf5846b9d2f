import { ConfigurationError, type LanguageModel, retried } from '../../src/index.ts'
import { localModel } from './local-model.ts'
import { addressOf, remoteProviderOf } from './remote-providers.ts'

export interface ModelFromNameOptions {
  /** Where the provider is asked; its own address, or OPENAI_BASE_URL for `openai/…`, when absent. */
  readonly baseUrl?: string
  /** Where keys are looked up; `process.env` when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * A model by the name one types: `openai/gpt-4o-mini`, `anthropic/claude-sonnet-4-5`, `ollama/qwen3`, `llamacpp/default`,
 * `local/nano`, `local/./folder`. Remote ones are retried; keys come from the environment (`OPENAI_API_KEY`,
 * `ANTHROPIC_API_KEY`).
 *
 * @throws ConfigurationError `configuration/invalid` for an unknown provider, `configuration/missing` for a missing key
 * @example
 * const model = modelFromName('openai/qwen3', { baseUrl: 'http://localhost:8000/v1' })
 */
export const modelFromName = (
  name: string,
  { baseUrl, environment = process.env }: ModelFromNameOptions = {},
): LanguageModel => {
  const model = name.slice(name.indexOf('/') + 1)
  const provider = remoteProviderOf(name)
  const isLocal = name.startsWith('local/')
  if (model === '' || (provider === undefined && !isLocal)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected a model like openai/gpt-4o-mini, anthropic/claude-sonnet-4-5, ollama/qwen3, llamacpp/default, local/nano or local/FOLDER, got '${name}'. For another OpenAI-compatible provider write openai/NAME with --base-url; Gemini is at https://generativelanguage.googleapis.com/v1beta/openai.`,
      { option: 'model' },
    )
  }
  if (provider === undefined) return localModel(model)
  const { keyVariable } = provider
  const { address, from } = addressOf(provider, baseUrl, environment)
  const apiKey = keyVariable === undefined ? undefined : environment[keyVariable] || undefined // an empty one is none
  if (apiKey === undefined && keyVariable !== undefined && from === 'the default') {
    throw new ConfigurationError(
      'configuration/missing',
      `${name} needs a key. Set the environment variable ${keyVariable}, or name a server that needs none with --base-url.`,
      { option: keyVariable },
    )
  }
  return retried(provider.make({ model, baseUrl: address, ...(apiKey === undefined ? {} : { apiKey }) }))
}
