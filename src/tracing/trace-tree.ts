import { redaction } from '../data/redaction.ts'
import type { Usage } from '../data/usage.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Clock } from '../ports/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import type { SpanEnd, SpanStart, Tracer } from '../ports/tracer.ts'
import { plainValue } from './plain-value.ts'
import type { Trace, TraceError, TraceSpan } from './trace.ts'

export interface TraceTreeOptions {
  /** Whether inputs, outputs and the words of foreign errors are kept; they are when absent. */
  readonly content?: boolean
  /** What must stand nowhere in the trace, in none of its forms: keys. Whatever looks like a provider's key never does. */
  readonly secrets?: readonly string[]
  /** What a call of a model cost, by its id: `costOf`. Without it no money is told. */
  readonly cost?: (model: string, usage: Usage) => number | undefined
  /** Spans kept, the rest are counted; 5,000 when absent. */
  readonly maxSpans?: number
  /** Characters kept of one text; 4,000 when absent. */
  readonly maxTextLength?: number
  /** Texts, numbers, lists and the like kept of one input or output; 2,000 when absent. */
  readonly maxValues?: number
  readonly clock?: Clock
}

/** A tracer with what it has seen. */
export interface TraceTree extends Tracer {
  /** What ran so far. What still runs is in it, without an end. */
  readonly trace: Trace
}

/** A span while it is written. */
type Draft = { -readonly [Part in keyof Omit<TraceSpan, 'children'>]: TraceSpan[Part] } & { readonly children: Draft[] }

/** Of a longer text only so much is searched for secrets. */
const searched = 65_536

/**
 * A tracer that keeps a tree of all that runs, within bounds: `formatTrace` prints it, `traceHtml` makes a page of it.
 *
 * 1. Values are copied when a span begins and ends, as plain data: what happens to the live ones later changes nothing.
 * 2. Secrets are taken out of every text, keys of objects and error messages included, before anything is kept.
 * 3. What is too much is left out and counted, the oldest stays. A tracer of a long run needs no more memory than
 *    `maxSpans` spans do.
 * 4. Money is counted once: of the calls of models, not of the attempts inside them.
 *
 * @throws ConfigurationError `configuration/invalid` for a bound below 1
 * @example
 * const tracer = traceTree({ secrets: [apiKey], cost: costOf })
 * await program.run(input, { model, tracer })
 * console.log(formatTrace(tracer.trace, { color: true }))
 */
export const traceTree = (options: TraceTreeOptions = {}): TraceTree => {
  const { content = true, secrets = [], cost, clock = systemClock } = options
  const { maxSpans = 5_000, maxTextLength = 4_000, maxValues = 2_000 } = options
  checkBounds({ maxSpans, maxTextLength, maxValues })
  const redact = redaction(secrets)
  const root: { readonly children: Draft[]; omitted: number } = { children: [], omitted: 0 }
  let startedAt: number | undefined
  let kept = 0

  const shortened = (text: string): string => {
    const shown = redact(text.slice(0, searched))
    return shown.length > maxTextLength ? `${shown.slice(0, maxTextLength)}…` : shown
  }
  const copied = (value: unknown): unknown => plainValue(value, shortened, { left: maxValues })

  const described = (error: unknown): TraceError => {
    if (KkachiError.is(error)) return { name: error.name, code: error.code, message: shortened(error.message) }
    const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) }
    return { name: shortened(name), message: content ? shortened(message) : '' }
  }

  const moneyOf = (span: Draft, usage: Usage | undefined): number | undefined => {
    if (span.kind === 'model') return usage && cost?.(span.name, usage)
    const known = span.children.map(({ usd }) => usd).filter(usd => usd !== undefined)
    return known.length === 0 ? undefined : known.reduce((sum, usd) => sum + usd, 0)
  }

  const within = (parent: { readonly children: Draft[]; omitted: number }): Tracer => ({
    start({ kind, name, input }: SpanStart) {
      kept += 1
      if (kept > maxSpans) {
        parent.omitted += 1
        return { tracer: nowhere, end: () => {} }
      }
      const now = clock.now()
      startedAt ??= now
      const span: Draft = {
        ...{ kind, name: shortened(name), startMs: now - startedAt, children: [], omitted: 0 },
        ...(content && input !== undefined && { input: copied(input) }),
      }
      parent.children.push(span)
      return {
        tracer: within(span),
        end({ output, error, usage }: SpanEnd) {
          if (span.ms !== undefined) return
          span.ms = clock.now() - now
          if (content && output !== undefined) span.output = copied(output)
          if (error !== undefined) span.error = described(error)
          if (usage) span.usage = usage
          const usd = moneyOf({ ...span, name }, usage)
          if (usd !== undefined) span.usd = usd
        },
      }
    },
  })

  return {
    ...within(root),
    get trace() {
      return structuredClone({
        ...(startedAt !== undefined && { startedAt }),
        spans: root.children,
        omitted: root.omitted,
      })
    },
  }
}

/** Inside of what is not kept nothing is. */
const nowhere: Tracer = { start: () => ({ tracer: nowhere, end: () => {} }) }

const checkBounds = (bounds: { readonly [option: string]: number }): void => {
  for (const [option, bound] of Object.entries(bounds)) {
    if (bound >= 1) continue
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected ${option} of traceTree() to be a number of at least 1, got ${String(bound)}. Write traceTree({ ${option}: 1000 }).`,
      { option },
    )
  }
}
