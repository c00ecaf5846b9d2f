import { createHash } from 'node:crypto'

/** A request as it arrived. */
export interface Arrived {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface PlaceOptions {
  /** By address. */
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>
  /** Bytes after which each answer breaks off; never when absent. */
  readonly breaksAfter?: number
  /** Answers before anything else: statuses, redirects, failures. */
  readonly before?: (request: Arrived, count: number) => Response | Error | undefined
  /** What tells versions; strong entity tags when absent. */
  readonly validator?: 'etag' | 'weak' | 'date' | 'none'
}

export interface ScriptedPlace {
  readonly fetch: typeof fetch
  readonly arrived: Arrived[]
  /** Changed between requests. */
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>
  breaksAfter: number
  isDown: boolean
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A place on the network, as fetch: ranges, conditions, breaks and all. */
export const scriptedPlace = (options: PlaceOptions): ScriptedPlace => {
  const arrived: Arrived[] = []
  const place: ScriptedPlace = {
    arrived,
    files: options.files,
    breaksAfter: options.breaksAfter ?? Number.POSITIVE_INFINITY,
    isDown: false,
    fetch: async (input, init) => {
      init?.signal?.throwIfAborted()
      const method = init?.method ?? 'GET'
      const headers = Object.fromEntries(new Headers(init?.headers).entries())
      arrived.push({ method, url: String(input), headers })
      if (place.isDown) throw new TypeError('fetch failed')
      const told = options.before?.({ method, url: String(input), headers }, arrived.length)
      if (told instanceof Error) throw told
      if (told !== undefined) return told
      const bytes = place.files[String(input)]
      if (bytes === undefined) return new Response(null, { status: 404 })
      return answer(bytes, method, headers, validatorsOf(bytes, options.validator ?? 'etag'), place.breaksAfter)
    },
  }
  return place
}

const validatorsOf = (bytes: Uint8Array, kind: NonNullable<PlaceOptions['validator']>): Record<string, string> => {
  const tag = `"${digestOf(bytes).slice(0, 20)}"`
  if (kind === 'none') return {}
  if (kind === 'date') return { 'last-modified': new Date(1e12 + bytes.length * 1000).toUTCString() }
  return { etag: kind === 'weak' ? `W/${tag}` : tag }
}

const answer = (
  bytes: Uint8Array<ArrayBuffer>,
  method: string,
  asked: Readonly<Record<string, string>>,
  validators: Record<string, string>,
  breaksAfter: number,
): Response => {
  const { etag, 'last-modified': date } = validators
  if (etag !== undefined && asked['if-none-match'] === etag) return new Response(null, { status: 304 })
  if (date !== undefined && asked['if-modified-since'] === date) return new Response(null, { status: 304 })
  const from = Number(/^bytes=(\d+)-$/.exec(asked.range ?? '')?.[1] ?? 0)
  const isSame = asked['if-range'] === undefined || asked['if-range'] === etag
  const start = isSame ? from : 0
  if (start > 0 && start >= bytes.length) return new Response(null, { status: 416 })
  const rest = bytes.subarray(start)
  const headers = {
    ...validators,
    'content-length': String(rest.length),
    ...(start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  }
  const status = start > 0 ? 206 : 200
  return new Response(method === 'HEAD' ? null : body(rest, breaksAfter), { status, headers })
}

const body = (bytes: Uint8Array<ArrayBuffer>, breaksAfter: number): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= breaksAfter) return controller.error(new TypeError('terminated'))
      if (at >= bytes.length) return controller.close()
      const chunk = bytes.slice(at, Math.min(at + 1000, breaksAfter))
      at += chunk.length
      controller.enqueue(chunk)
    },
  })
}

/** A repository of a hub at its addresses, large files (`.onnx`) with their SHA-256 and the others by git's name. */
export const hubAddresses = (
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  commit: string,
  { endpoint = 'https://huggingface.co', repository = 'test/model', revision = 'main' } = {},
): Record<string, Uint8Array<ArrayBuffer>> => {
  const siblings = Object.entries(files).map(([rfilename, bytes]) => ({
    rfilename,
    size: bytes.length,
    blobId: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
    ...(rfilename.endsWith('.onnx') ? { lfs: { sha256: digestOf(bytes), size: bytes.length, pointerSize: 130 } } : {}),
  }))
  const listing = new TextEncoder().encode(JSON.stringify({ id: repository, sha: commit, siblings }))
  return {
    [`${endpoint}/api/models/${repository}/revision/${revision}?blobs=true`]: listing,
    ...Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [`${endpoint}/${repository}/resolve/${commit}/${name}`, bytes]),
    ),
  }
}

export const sha256Of = digestOf
