import { ConfigurationError, type Embedder, lexicalEmbedder, openaiEmbedder } from '../../src/index.ts'
import { localEmbedder } from './local-embedder.ts'

export interface EmbedderFromNameOptions {
  /** Where an OpenAI-compatible server is; the provider's own address, or OPENAI_BASE_URL, when absent. */
  readonly baseUrl?: string
  /** Where keys are looked up; `process.env` when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * An embedder by the name one types: `lexical`, which needs no model, `openai/text-embedding-3-small`,
 * `local/FOLDER-or-hub-id`. Keys come from the environment.
 *
 * @throws ConfigurationError `configuration/invalid` for an unknown provider, `configuration/missing` for a missing key
 * @example
 * const embedder = embedderFromName('openai/nomic-embed-text', { baseUrl: 'http://localhost:11434/v1' })
 */
export const embedderFromName = (
  name: string,
  { baseUrl, environment = process.env }: EmbedderFromNameOptions = {},
): Embedder => {
  if (name === 'lexical') return lexicalEmbedder()
  const slash = name.indexOf('/')
  const provider = slash < 0 ? '' : name.slice(0, slash)
  const model = name.slice(slash + 1)
  if (model === '' || (provider !== 'openai' && provider !== 'local')) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected an embedder like lexical, openai/text-embedding-3-small or local/FOLDER-or-hub-id, got '${name}'.`,
      { option: 'embedder' },
    )
  }
  if (provider === 'local') return localEmbedder(model)
  const address = baseUrl ?? environment.OPENAI_BASE_URL
  const apiKey = environment.OPENAI_API_KEY
  if (apiKey === undefined && address === undefined) {
    throw new ConfigurationError(
      'configuration/missing',
      `${name} needs a key. Set the environment variable OPENAI_API_KEY, or name a server that needs none with --base-url.`,
      { option: 'OPENAI_API_KEY' },
    )
  }
  return openaiEmbedder({
    model,
    ...(address === undefined ? {} : { baseUrl: address }),
    ...(apiKey === undefined ? {} : { apiKey }),
  })
}
