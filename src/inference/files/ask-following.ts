/** The platform's fetch, or what stands for it. */
export type Fetch = typeof fetch

export interface FollowOptions {
  readonly method?: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  /** Sent to the origin of the first address only. */
  readonly secretHeaders?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Whether a redirect may lead to a host of another origin; any when absent. */
  readonly allows?: (host: string) => boolean
}

/** As many as browsers follow in practice for files; more is a loop. */
const maxRedirects = 5

/**
 * Asks for an address and follows redirects step by step: what is secret goes to the first origin only, and from HTTPS to
 * nothing less. Where the platform hides redirects (browsers), it follows them itself, and drops `authorization` when the
 * origin changes (Fetch standard, 4.4).
 *
 * @throws RangeError for a redirect that is not allowed; and what fetch throws
 */
export const askFollowing = async (
  fetch: Fetch,
  address: string,
  { method = 'GET', headers, secretHeaders = {}, signal, allows = () => true }: FollowOptions,
): Promise<Response> => {
  const first = originOf(address)
  let here = address
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const all = originOf(here) === first ? { ...headers, ...secretHeaders } : headers
    const response = await fetch(here, { method, headers: all, signal, redirect: 'manual' })
    if (response.status === 0) return fetch(here, { method, headers: all, signal, redirect: 'follow' })
    if (!isRedirect(response.status)) return response
    await response.body?.cancel()
    const location = response.headers.get('location')
    if (location === null) throw new RangeError(`It answered ${response.status} without saying where to go`)
    const next = new URL(location, here)
    if (next.origin !== first && !(next.protocol === 'https:' && allows(next.hostname))) {
      throw new RangeError(`It redirects to ${next.origin}, where its files are not expected`)
    }
    here = next.href
  }
  throw new RangeError(`It redirects more than ${maxRedirects} times`)
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

/** Of an address that is none (a relative one in a browser) the text itself. */
const originOf = (address: string): string => {
  try {
    return new URL(address).origin
  } catch {
    return address
  }
}
