import type { RuntimeError } from '../../errors/runtime-error.ts'
import { type CallScope, callScope } from '../../models/call-scope.ts'
import { retryAfterMs } from '../../models/retry-after.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FilePart } from './file-cache.ts'

export interface DownloadOptions {
  /** Asks for the file with these headers. */
  readonly ask: (headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>
  /** Where it goes; what is there already is not asked for again. */
  readonly part: FilePart
  /** What tells its version, where it is known before. */
  readonly tag?: string | undefined
  /** Its size, where it is known before. */
  readonly bytes?: number | undefined
  /** The version that is kept whole: nothing comes when it is still the one. */
  readonly keptTag?: string | undefined
  readonly maxBytes: number
  /** Whether a file of this version (empty where nobody tells one) and length is to come at all; always when absent. */
  readonly wants?: ((tag: string, total: number | undefined) => boolean) | undefined
  readonly retry: DownloadRetry
  readonly signal: AbortSignal | undefined
  readonly told: (loaded: number, total: number | undefined) => void
  /** Says what failed, where, and what to do. */
  readonly failure: (what: string, remedy?: string, cause?: unknown) => RuntimeError
}

export interface DownloadRetry {
  /** Times that nothing comes before it is given up. */
  readonly attempts: number
  /** Milliseconds without a byte before it is asked for again. */
  readonly silenceMs: number
  readonly clock: Clock
  readonly random: () => number
}

/**
 * How a download ended: the part holds the whole file, what is kept is still the version, there is no such file, it is none
 * that is wanted, or the place could not be reached.
 */
export type Downloaded = { readonly end: Ended } | { readonly end: 'unreachable'; readonly error: RuntimeError }

type Ended = 'whole' | 'not-modified' | 'absent' | 'unwanted'

/** Why to ask again. */
interface Again {
  readonly reason: string
  readonly afterMs?: number | undefined
  readonly cause?: unknown
}

/** What came beyond this makes up for the attempts before. */
const progressBytes = 2 ** 20
const [baseDelayMs, maxDelayMs] = [500, 20_000]

/**
 * Brings a file into its part, in as many requests as it takes: after an interruption the rest is asked for, if the place
 * still has the same version (RFC 9110: Range, If-Range, or a tag known before); else it begins anew.
 *
 * @throws RuntimeError `runtime/model-files` for an answer that asking again would not change; the signal's reason
 */
export const download = async (options: DownloadOptions): Promise<Downloaded> => {
  const { part, retry, signal, failure } = options
  for (let failed = 1; ; failed += 1) {
    const before = part.loaded
    const ended = await attempt(options)
    if (typeof ended === 'string') return { end: ended }
    if (part.loaded - before >= progressBytes) failed = 1
    if (failed >= retry.attempts) {
      const error = failure(
        `could not be downloaded: ${ended.reason}, ${failed} times in a row`,
        'Check the address and the connection, and try again: it goes on from what came.',
        ended.cause,
      )
      return { end: 'unreachable', error }
    }
    const delay = retry.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (failed - 1))
    await retry.clock.sleep(Math.max(delay, Math.min(ended.afterMs ?? 0, 6 * maxDelayMs)), signal)
  }
}

const attempt = async (options: DownloadOptions): Promise<Ended | Again> => {
  const { ask, part, tag, bytes, retry, signal, failure } = options
  if (tag !== undefined && part.tag !== tag) await part.begin(tag)
  if (bytes !== undefined && part.tag === tag && part.loaded === bytes) return 'whole'
  const silence = { ms: retry.silenceMs, error: () => new RangeError(`nothing came for ${retry.silenceMs} ms`) }
  const scope = callScope({ signal, clock: retry.clock, silence })
  let finished = false
  try {
    const rest = requestFor(options)
    const answer = await heard(scope, signal, ask(rest, scope.signal))
    if ('reason' in answer) {
      if (answer.cause instanceof RangeError && !scope.signal.aborted) throw failure(`was refused: ${answer.reason}`)
      return answer
    }
    const ended = await received(answer.value, options, scope, rest.range !== undefined)
    finished = typeof ended === 'string' && ended !== 'unwanted'
    return ended
  } finally {
    scope.close(finished)
    await part.pause().catch(error => {
      if (!signal?.aborted) throw error // an abort is told as one
    })
  }
}

const requestFor = ({ part, tag, keptTag }: DownloadOptions): Record<string, string> => {
  if (part.loaded > 0 && part.tag !== undefined && (tag !== undefined || isStrong(part.tag))) {
    // The range alone needs no leave from another origin; a tag known before is checked by the checksum.
    return { range: `bytes=${part.loaded}-`, ...(tag === undefined ? { 'if-range': part.tag } : {}) }
  }
  if (keptTag === undefined || keptTag === '' || tag !== undefined) return {}
  return /^(W\/)?"/.test(keptTag) ? { 'if-none-match': keptTag } : { 'if-modified-since': keptTag }
}

/** RFC 9110, 13.1.5: a weak tag, or a date, does not say that the bytes are the same. */
const isStrong = (tag: string): boolean => tag.startsWith('"')

const received = async (
  response: Response,
  options: DownloadOptions,
  scope: CallScope,
  asksForRest: boolean,
): Promise<Ended | Again> => {
  const { part, maxBytes, bytes, failure, retry } = options
  const { status, headers } = response
  if (status === 304) return 'not-modified'
  if (status === 404 || status === 410) return 'absent'
  if (status === 416 && asksForRest) {
    await part.discard()
    return { reason: 'what came before is of another version' }
  }
  if (status !== 200 && status !== 206) {
    const reason = `it answered with status ${status}`
    if (isPassing(status)) return { reason, afterMs: retryAfterMs(headers, retry.clock.now()) }
    if (status === 401 || status === 403) {
      throw failure(
        `could not be downloaded: ${reason}`,
        'Give a token that may read it, and accept the terms of the model where it has any.',
      )
    }
    throw failure(`could not be downloaded: ${reason}`)
  }
  const isEncoded = !['identity', null].includes(headers.get('content-encoding'))
  const told = status === 206 ? restOf(headers.get('content-range'), part.loaded) : lengthOf(headers, isEncoded)
  if (status === 206 && told === undefined) {
    await part.discard()
    return { reason: 'it answered with another part than asked for' }
  }
  const total = bytes ?? told
  if (told !== undefined && total !== told) {
    await part.discard()
    return { reason: `it has ${told} bytes, expected ${String(bytes)}` }
  }
  if (total !== undefined && total > maxBytes) {
    throw failure(`has ${total} bytes, ${maxBytes} are allowed`, 'Raise maxBytes, or use a smaller model.')
  }
  const version = (status === 206 ? part.tag : options.tag) ?? headers.get('etag') ?? headers.get('last-modified') ?? ''
  if (options.wants?.(version, total) === false) return 'unwanted'
  if (status === 200) await part.begin(version)
  const again = await copied(response, options, scope, total)
  // Of what was packed for the way, no part can be asked for.
  if (again && (isEncoded || part.tag === '')) await part.discard()
  return again ?? 'whole'
}

const copied = async (
  response: Response,
  { part, maxBytes, failure, signal, told }: DownloadOptions,
  scope: CallScope,
  total: number | undefined,
): Promise<Again | undefined> => {
  const reader = response.body?.getReader()
  try {
    while (reader) {
      const answer = await heard(scope, signal, reader.read())
      if ('reason' in answer) return answer
      if (answer.value.done) break
      const chunk = answer.value.value
      if (part.loaded + chunk.length > Math.min(maxBytes, total ?? maxBytes)) {
        await part.discard()
        throw failure(
          `is longer than ${total === undefined ? `the ${maxBytes} bytes allowed` : `the ${total} bytes told`}`,
        )
      }
      await part.append(chunk)
      told(part.loaded, total)
    }
  } finally {
    reader?.cancel().catch(() => {}) // it may have ended
  }
  if (total === undefined || part.loaded === total) return undefined
  return { reason: `the connection ended after ${part.loaded} of ${total} bytes` }
}

/** What comes, or why nothing did: the caller's abort is thrown. */
const heard = async <T>(
  scope: CallScope,
  signal: AbortSignal | undefined,
  work: Promise<T>,
): Promise<{ readonly value: T } | Again> => {
  try {
    return { value: await scope.listen(work) }
  } catch (error) {
    signal?.throwIfAborted()
    return { reason: reasonOf(error), cause: error }
  }
}

/** Node says "fetch failed" and keeps in the cause whether the host is unknown, refuses or has a wrong certificate. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const code = error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? `${error.message} (${code})` : error.message
}

const isPassing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)

/** Bytes of the whole, when the rest begins where what came ends. */
const restOf = (range: string | null, loaded: number): number | undefined => {
  const [, from, whole] = /^bytes (\d{1,16})-\d{1,16}\/(\d{1,16})$/.exec(range ?? '') ?? []
  return Number(from) === loaded ? Number(whole) : undefined
}

const lengthOf = (headers: Headers, isEncoded: boolean): number | undefined => {
  const length = headers.get('content-length')
  return isEncoded || length === null || !/^\d{1,16}$/.test(length) ? undefined : Number(length)
}
