import { redaction } from '../data/redaction.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Clock } from '../ports/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import type { SpanEnd, SpanKind, SpanStart, Tracer } from '../ports/tracer.ts'
import { isLogged, type LogLevel, logLevels } from './log-level.ts'
import { plainValue } from './plain-value.ts'

export interface LogTracerOptions {
  /** Takes one line of JSON, its line break included. What it throws is dropped: a log never ends a run. */
  readonly write: (line: string) => void
  /** How much is told; `info` when absent. */
  readonly level?: LogLevel
  /** Whether prompts, answers, inputs, outputs and the words of foreign errors are told; not when absent. */
  readonly content?: boolean
  /** What must stand in no line, in none of its forms: keys. Whatever looks like a provider's key never does. */
  readonly secrets?: readonly string[]
  readonly clock?: Clock
  /** Names the spans; they are counted from 1 when absent. */
  readonly id?: () => string
}

/**
 * A tracer that writes a line of JSON for each thing that happened. Nothing is logged unless a context has one.
 *
 * 1. A line has `time` (ISO 8601), `level`, `event` (`start` or `end`), `span`, `parent` (the span around it, absent
 *    outermost), `kind` and `name`; at an end also `ms`, and `usage` and `error` where there are any.
 * 2. An error is told by its code, or its name where it is not Kkachi's, and by the message of Kkachi's own, which holds
 *    no content. Other messages count as content.
 * 3. A request that failed is a line at `warn`, though a retry, a fallback or a second question got over it.
 * 4. With `content`, a start has `input`, an end `output`. Secrets are taken out of them like out of everything else.
 *
 * @throws ConfigurationError `configuration/invalid` for an unknown level
 * @example
 * const tracer = logTracer({ level: 'info', write: line => console.log(line.trimEnd()), secrets: [apiKey] })
 * await program.run(input, { model, tracer })
 */
export const logTracer = ({ write, level: most = 'info', content = false, ...options }: LogTracerOptions): Tracer => {
  const { secrets = [], clock = systemClock, id = counted() } = options
  if (!logLevels.includes(most)) throw unknownLevel(most)
  const redact = redaction(secrets)

  const tell = (level: LogLevel, entry: object): void => {
    if (!isLogged(level, most)) return
    try {
      const line = { time: new Date(clock.now()).toISOString(), level, ...entry }
      write(`${JSON.stringify(plainValue(line, redact))}\n`)
    } catch {
      // A log that cannot be written must not end what it tells of.
    }
  }

  const within = (parent: string | undefined, around: Told = {}): Tracer => ({
    start({ kind, name, input }: SpanStart) {
      const span = id()
      const inside: Told = {}
      const startedAt = clock.now()
      const about = { span, ...(parent !== undefined && { parent }), kind, name }
      tell('debug', { event: 'start', ...about, ...(content && input !== undefined && { input }) })
      let ended = false
      return {
        tracer: within(span, inside),
        end(outcome: SpanEnd) {
          if (ended) return
          ended = true
          const { output, error, usage } = outcome
          // What failed inside an attempt was told there: who passes it on adds nothing.
          const isEcho = kind === 'attempt' && error !== undefined && inside.error === error
          if (kind === 'attempt') around.error = error
          tell(isEcho ? 'debug' : levelOf(kind, outcome, parent === undefined), {
            ...{ event: 'end', ...about, ms: Math.round((clock.now() - startedAt) * 1000) / 1000 },
            ...(usage && { usage }),
            ...(error !== undefined && { error: described(error, content) }),
            // Who reads from `info` on sees no beginnings.
            ...(content && input !== undefined && !isLogged('debug', most) && { input }),
            ...(content && output !== undefined && { output }),
          })
        },
      }
    },
  })
  return within(undefined)
}

/** The error that the last attempt inside a span ended with. */
interface Told {
  error?: unknown
}

const small: ReadonlySet<SpanKind> = new Set(['adapter', 'attempt', 'metric'])

const levelOf = (kind: SpanKind, { error }: SpanEnd, isOutermost: boolean): LogLevel => {
  if (error !== undefined && !isAbort(error)) return isOutermost ? 'error' : 'warn'
  return small.has(kind) ? 'debug' : 'info'
}

const isAbort = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError'

const described = (error: unknown, content: boolean): object => {
  if (KkachiError.is(error)) return { code: error.code, message: error.message }
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) }
  return { name, ...(content && { message }) }
}

const counted = (): (() => string) => {
  let count = 0
  return () => String(++count)
}

const unknownLevel = (level: unknown): ConfigurationError =>
  new ConfigurationError(
    'configuration/invalid',
    `Expected the level of logTracer() to be ${logLevels.join(', ')}, got ${String(level)}. Write { level: 'info' }.`,
    { option: 'level' },
  )
