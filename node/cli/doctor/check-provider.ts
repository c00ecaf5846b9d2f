import { addressOf, type RemoteProvider, remoteProviderOf, remoteProviders } from '../../models/remote-providers.ts'
import type { Finding } from './finding.ts'
import type { Machine } from './machine.ts'

/** Variables that hold keys, and what reads them. */
const keys: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: 'openai/… models',
  ANTHROPIC_API_KEY: 'anthropic/… models',
  HF_TOKEN: 'downloads of local models from the hub',
  KKACHI_API_KEYS: "the Worker's own keys",
}

export interface ProviderCheck {
  /** The model by its name. */
  readonly model: string
  readonly baseUrl: string | undefined
  /** Whether the provider may be asked. */
  readonly online: boolean
  readonly signal: AbortSignal
}

/** Keys by name, never by what they hold, and where remote models are asked for. */
export const checkProvider = async (machine: Machine, check: ProviderCheck): Promise<readonly Finding[]> => {
  const { environment } = machine
  const asked = remoteProviderOf(check.model)
  const provider = asked ?? openai
  const { address, from } = addressOf(provider, check.baseUrl, environment)
  const found = Object.entries(keys).map(([name, use]): Finding => {
    const isSet = (environment[name] ?? '').trim() !== ''
    const needed = name === asked?.keyVariable && from === 'the default'
    return {
      ...{ name, needed, use },
      ...(isSet
        ? { state: 'ok', found: 'set' }
        : {
            state: 'missing',
            ...(needed && { remedy: `export ${name}=…   # or --base-url of a server that needs none` }),
          }),
    }
  })
  const models = asked ? `${check.model.slice(0, check.model.indexOf('/'))}/…` : 'openai/…'
  const about = {
    name: 'base URL',
    needed: asked !== undefined,
    use: `where ${models} models are asked for, by ${from}`,
  }
  return [...found, await checkAddress(machine, address, provider, about, check)]
}

/** What is shown where no remote model is asked for. */
const openai = remoteProviders.get('openai') as RemoteProvider

const checkAddress = async (
  machine: Machine,
  address: string,
  provider: RemoteProvider,
  about: Pick<Finding, 'name' | 'needed' | 'use'>,
  { online, signal }: ProviderCheck,
): Promise<Finding> => {
  const url = shownUrl(address)
  if (url === undefined) {
    const remedy = `export ${provider.addressVariable ?? 'OPENAI_BASE_URL'}=https://host/v1`
    return { ...about, state: 'broken', found: 'no http address', remedy }
  }
  if (!online) return { ...about, state: 'ok', found: `${url}, not asked (--online asks)` }
  const key = provider.keyVariable === undefined ? undefined : machine.environment[provider.keyVariable] || undefined
  try {
    const response = await machine.fetch(`${url}/models`, {
      headers: key === undefined ? {} : provider.keyHeaders(key),
      redirect: 'manual',
    })
    await response.body?.cancel()
    const { status } = response
    return status >= 200 && status < 300
      ? { ...about, state: 'ok', found: `${url} answers` }
      : { ...about, state: 'broken', found: `${url} answers with status ${status}`, remedy: remedyOf(status, provider) }
  } catch {
    if (signal.aborted) throw signal.reason
    return { ...about, state: 'broken', found: `${url} does not answer`, remedy: `curl -sS ${url}/models` }
  }
}

const remedyOf = (status: number, { keyVariable }: RemoteProvider): string =>
  keyVariable !== undefined && (status === 401 || status === 403)
    ? `export ${keyVariable}=…   # a key that this server takes`
    : 'check the address'

/** Without user, password and query, which may hold secrets. */
const shownUrl = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined
  const { protocol, origin, pathname } = new URL(address)
  return protocol === 'http:' || protocol === 'https:' ? `${origin}${pathname.replace(/\/+$/, '')}` : undefined
}
