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
  const base = check.baseUrl ?? environment.OPENAI_BASE_URL
  const isAsked = check.model.startsWith('openai/')
  const found = Object.entries(keys).map(([name, use]): Finding => {
    const isSet = (environment[name] ?? '').trim() !== ''
    const needed = name === 'OPENAI_API_KEY' && isAsked && base === undefined
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
  const address = base ?? 'https://api.openai.com/v1'
  const from = check.baseUrl !== undefined ? '--base-url' : base === undefined ? 'the default' : 'OPENAI_BASE_URL'
  return [...found, await checkAddress(machine, address, from, isAsked, check)]
}

const checkAddress = async (
  machine: Machine,
  address: string,
  from: string,
  needed: boolean,
  { online, signal }: ProviderCheck,
): Promise<Finding> => {
  const about = { name: 'base URL', needed, use: `where openai/… models are asked for, by ${from}` }
  const url = shownUrl(address)
  if (url === undefined) {
    return { ...about, state: 'broken', found: 'no http address', remedy: 'export OPENAI_BASE_URL=https://host/v1' }
  }
  if (!online) return { ...about, state: 'ok', found: `${url}, not asked (--online asks)` }
  const key = machine.environment.OPENAI_API_KEY
  try {
    const response = await machine.fetch(`${url}/models`, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      redirect: 'manual',
    })
    await response.body?.cancel()
    const { status } = response
    return status >= 200 && status < 300
      ? { ...about, state: 'ok', found: `${url} answers` }
      : { ...about, state: 'broken', found: `${url} answers with status ${status}`, remedy: remedyOf(status) }
  } catch {
    if (signal.aborted) throw signal.reason
    return { ...about, state: 'broken', found: `${url} does not answer`, remedy: `curl -sS ${url}/models` }
  }
}

const remedyOf = (status: number): string =>
  status === 401 || status === 403 ? 'export OPENAI_API_KEY=…   # a key that this server takes' : 'check the address'

/** Without user, password and query, which may hold secrets. */
const shownUrl = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined
  const { protocol, origin, pathname } = new URL(address)
  return protocol === 'http:' || protocol === 'https:' ? `${origin}${pathname.replace(/\/+$/, '')}` : undefined
}
