import { ConfigurationError, type Embedder, lexicalEmbedder, openaiEmbedder } from '../src/index.ts'
import type { Env } from './env.ts'
import { serviceEmbedder } from './inference/service-embedder.ts'

/**
 * The embedder that the bindings name. It lives for one request, like the model.
 *
 * @throws ConfigurationError `configuration/missing`, `configuration/invalid`, by the name of the binding
 */
export const embedderFrom = ({ KKACHI_EMBEDDER = '', OPENAI_API_KEY, OPENAI_BASE_URL, INFERENCE }: Env): Embedder => {
  if (KKACHI_EMBEDDER === 'lexical') return lexicalEmbedder()
  const [, provider, model = ''] = /^(openai|local)\/(.+)$/.exec(KKACHI_EMBEDDER) ?? []
  if (provider === 'local') {
    if (typeof INFERENCE?.fetch === 'function') return serviceEmbedder({ binding: INFERENCE, id: KKACHI_EMBEDDER })
    throw missing('INFERENCE', 'Bind a Worker that runs local embedders: [[services]] with binding = "INFERENCE".')
  }
  if (provider === undefined) {
    throw new ConfigurationError(
      'configuration/invalid',
      'KKACHI_EMBEDDER cannot be used. Write lexical, openai/ and an embedder: openai/text-embedding-3-small (OPENAI_BASE_URL says whose it is), or local/ and the name of one that you run yourself.',
      { option: 'KKACHI_EMBEDDER' },
    )
  }
  if (!OPENAI_API_KEY && !OPENAI_BASE_URL) {
    throw missing('OPENAI_API_KEY', 'Set the secret OPENAI_API_KEY, or OPENAI_BASE_URL.')
  }
  return openaiEmbedder({
    model,
    ...(OPENAI_API_KEY ? { apiKey: OPENAI_API_KEY } : {}),
    ...(OPENAI_BASE_URL ? { baseUrl: OPENAI_BASE_URL } : {}),
  })
}

const missing = (option: string, remedy: string) =>
  new ConfigurationError('configuration/missing', `Finding rows near an input needs an embedder. ${remedy}`, { option })
