/** The platform's fetch, or what stands for it. */
type Fetch = typeof fetch

/**
 * Fetches the files of a model where browsers and the servers of pages stand in between.
 *
 * 1. An answer of type `text/html` is a page, and no file of a model: it becomes a 404. Servers of single-page apps, that of
 *    Vite among them, give one for every address they do not know.
 * 2. Whether a file is still the one that is kept is asked of another origin by HEAD: the headers for it (`if-none-match`,
 *    `if-range`) need a leave that few servers of files give.
 * 3. Where nobody answers, what is kept counts as unchanged, at once.
 * 4. A failure of another origin names the header that it may lack; browsers do not tell.
 */
export const fileFetch =
  (ask: Fetch = (input, init) => fetch(input, init), page: string = location.href): Fetch =>
  async (input, init = {}) => {
    const address = new URL(input instanceof Request ? input.url : input, page)
    const isElsewhere = address.origin !== new URL(page).origin
    const asked = new Headers(init.headers)
    const kept = asked.get('if-none-match') ?? asked.get('if-modified-since')
    const begun = asked.get('if-range')
    try {
      if (!isElsewhere || (kept === null && begun === null)) return withoutPages(await ask(address, init))
      return await askedElsewhere(ask, address, init, { kept, begun })
    } catch (error) {
      if (!(error instanceof TypeError) || init.signal?.aborted) throw error
      if (kept !== null) return new Response(null, { status: 304 })
      throw isElsewhere ? new TypeError(unreachable(error, address), { cause: error }) : error
    }
  }

/** The versions that are there: whole, and begun. */
interface Versions {
  readonly kept: string | null
  readonly begun: string | null
}

const askedElsewhere = async (ask: Fetch, address: URL, init: RequestInit, { kept, begun }: Versions) => {
  const headers = new Headers(init.headers)
  for (const name of ['if-none-match', 'if-modified-since', 'if-range']) headers.delete(name)
  const range = headers.get('range')
  headers.delete('range')
  const follow: RequestInit = { ...init, headers, redirect: 'follow' }
  const now = versionOf(await ask(address, { ...follow, method: 'HEAD' }))
  if (kept !== null && now === kept) return new Response(null, { status: 304 })
  if (range === null || now !== begun) return withoutPages(await ask(address, follow))
  const rest = await ask(address, { ...follow, headers: { ...Object.fromEntries(headers), range } })
  if (rest.status !== 206 || versionOf(rest) === begun) return withoutPages(rest)
  await rest.body?.cancel() // it changed in between
  return withoutPages(await ask(address, follow))
}

/** What the place tells of its version, as far as it lets another origin read it; undefined where it is not asked that way. */
const versionOf = ({ ok, headers }: Response): string | null | undefined =>
  ok ? (headers.get('etag') ?? headers.get('last-modified')) : undefined

const withoutPages = (response: Response): Response => {
  if (!response.ok || !/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) return response
  response.body?.cancel().catch(() => {}) // nobody reads it
  return new Response(null, { status: 404 })
}

const unreachable = ({ message }: TypeError, { origin }: URL): string =>
  `${message} (${origin} is down, or does not allow this page: Access-Control-Allow-Origin)`
