import { anthropic, type LanguageModel, llamaCpp, ollama, openaiCompatible } from '../../src/index.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A provider that is asked over the network, by the name before the slash. */
export interface RemoteProvider {
  /** Where it is asked when nobody says where. */
  readonly address: string
  /** The variable with its address, where it has one. */
  readonly addressVariable?: string
  /** The variable with its key; absent where none is needed. */
  readonly keyVariable?: string
  /** What a request for its list of models says of the key. */
  keyHeaders(key: string): Readonly<Record<string, string>>
  make(options: { readonly model: string; readonly baseUrl?: string; readonly apiKey?: string }): LanguageModel
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** The providers that a name can begin with, beside `local`. */
export const remoteProviders: ReadonlyMap<string, RemoteProvider> = new Map<string, RemoteProvider>([
  [
    'openai',
    {
      address: 'https://api.openai.com/v1',
      addressVariable: 'OPENAI_BASE_URL',
      keyVariable: 'OPENAI_API_KEY',
      keyHeaders: bearer,
      make: openaiCompatible,
    },
  ],
  [
    'anthropic',
    {
      address: 'https://api.anthropic.com/v1',
      keyVariable: 'ANTHROPIC_API_KEY',
      keyHeaders: key => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
      make: anthropic,
    },
  ],
  ['ollama', { address: 'http://localhost:11434/v1', keyHeaders: bearer, make: ollama }],
  ['llamacpp', { address: 'http://localhost:8080/v1', keyHeaders: bearer, make: llamaCpp }],
])

/** The provider that a model's name begins with. */
export const remoteProviderOf = (name: string): RemoteProvider | undefined =>
  remoteProviders.get(name.slice(0, Math.max(0, name.indexOf('/'))))

/** Where a provider is asked, and who says so; the variable only where it is set. */
export const addressOf = (
  { address, addressVariable }: RemoteProvider,
  baseUrl: string | undefined,
  environment: Environment,
): { readonly address: string; readonly from: string } => {
  const set = addressVariable === undefined ? undefined : environment[addressVariable]
  if (baseUrl !== undefined) return { address: baseUrl, from: '--base-url' }
  return set === undefined ? { address, from: 'the default' } : { address: set, from: addressVariable ?? '' }
}
