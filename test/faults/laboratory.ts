import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { type RetriedOptions, retried } from '../../src/models/retried.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Context } from '../../src/ports/context.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { systemClock } from '../../src/ports/system-clock.ts'
import { toldClock } from '../models/told-clock.ts'
import { bufferedStream } from './buffered-stream.ts'
import type { Fault, Timing } from './fault.ts'
import { faultServer, type Seen } from './fault-server.ts'
import { type Assignment, assign, goldOf, ticketText } from './ticket.ts'

/** How the answers of a run are asked for. */
export type Reading = 'run' | 'run over a stream' | 'stream'

export interface TrialOptions {
  readonly fault: Fault
  readonly timing: Timing
  readonly reading: Reading
  readonly seed: number
  /** Other than the fault's own. */
  readonly calls?: number
  readonly rate?: number
  /** How failed requests are sent again; as `retried` does by itself when absent. */
  readonly retries?: RetriedOptions
  /** Whether a deadline is met when the server falls silent; else in real time, as the machine is quick enough or not. */
  readonly deadlinesAreTold?: boolean
}

/** What came of many calls. */
export interface Trial extends Seen {
  readonly calls: number
  readonly ok: number
  /** Rejected with a typed error. */
  readonly failed: number
  /** Resolved with another team. */
  readonly wrong: number
  /** Resolved with the right team and a damaged quote, or a reader was told other text than the result has. */
  readonly damaged: number
  /** Not settled in time. */
  readonly hung: number
  /** Rejected with anything but an error of Kkachi. */
  readonly untyped: readonly unknown[]
  /** Of the typed errors: how often each. */
  readonly codes: ReadonlyMap<string, number>
  /** Requests for the calls that failed, as their errors tell them. */
  readonly attemptsOfFailed: number
  /** Calls that failed before their reader had seen anything. */
  readonly failedUnseen: number
  readonly seconds: number
}

const concurrency = 16
const patienceMs = 25_000

/** 200 calls against a server that spoils a tenth of its answers. */
export const trial = async (options: TrialOptions): Promise<Trial> => {
  const { fault, timing, reading, seed, calls = fault.calls ?? 200, rate } = options
  const clocks = Array.from({ length: calls }, toldClock)
  const server = await faultServer({
    ...{ fault, timing, seed, onSilence: ticket => clocks[ticket]?.ring() },
    ...(rate === undefined ? {} : { rate }),
  })
  const provider = { model: 'sim', baseUrl: server.baseUrl, apiKey: 'sk-laboratory', provider: 'lab' }
  const modelWith = (clock: Clock): LanguageModel => {
    const direct = openaiCompatible({ ...provider, clock })
    return retried(reading === 'run over a stream' ? bufferedStream(direct) : direct, {
      ...(fault.isSlow ? { attemptDeadlineMs: timing.attemptDeadlineMs } : {}),
      ...options.retries,
    })
  }
  const inRealTime = modelWith(systemClock)
  const contextOf = (number: number): Context => ({
    model: (options.deadlinesAreTold && modelWith(clocks[number] ?? systemClock)) || inRealTime,
    adapter: fault.format === 'json' ? json : chat,
  })
  const began = performance.now()
  const ends: End[] = []
  try {
    const numbers = Array.from({ length: calls }, (_, number) => number).values()
    const work = async (): Promise<void> => {
      for (const number of numbers) ends.push(await settled(ask(number, contextOf(number), reading)))
    }
    await Promise.all(Array.from({ length: concurrency }, work))
    const seconds = (performance.now() - began) / 1000
    return { calls, seconds, ...tally(ends), ...server.seen }
  } finally {
    await server.close()
  }
}

type Outcome = 'ok' | 'wrong' | 'damaged' | 'hung'

type End = { readonly outcome: Outcome } | { readonly error: unknown; readonly seen: boolean }

/** Asks about one ticket and compares the answer with the right one. */
const ask = async (number: number, context: Context, reading: Reading): Promise<Outcome> => {
  const input = { ticket: ticketText(number) }
  if (reading !== 'stream') return compared(await assign.run(input, context), number)
  const told = { team: '', quote: '' }
  let visible = false
  try {
    for await (const event of assign.stream(input, context)) {
      if (event.type === 'reset') Object.assign(told, { team: '', quote: '' })
      if (event.type === 'field') {
        visible = true
        if (event.field === 'team' || event.field === 'quote') told[event.field] += event.delta
      }
      if (event.type === 'prediction') {
        const { team, quote } = event.prediction
        return told.team === team && told.quote === quote ? compared(event.prediction, number) : 'damaged'
      }
    }
  } catch (error) {
    throw new Failed(error, visible)
  }
  throw new Error('The stream ended without a prediction.')
}

/** An error with whether the reader had seen something by then. */
class Failed extends Error {
  readonly error: unknown
  readonly seen: boolean

  constructor(error: unknown, seen: boolean) {
    super('A stream failed.')
    this.error = error
    this.seen = seen
  }
}

const compared = ({ team, quote }: Assignment, number: number): Outcome => {
  const gold = goldOf(number)
  if (team !== gold.team) return 'wrong'
  return quote === gold.quote ? 'ok' : 'damaged'
}

const settled = async (work: Promise<Outcome>): Promise<End> => {
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<Outcome>(resolve => {
    timer = setTimeout(resolve, patienceMs, 'hung')
  })
  try {
    return { outcome: await Promise.race([work, hung]) }
  } catch (error) {
    return error instanceof Failed ? { error: error.error, seen: error.seen } : { error, seen: false }
  } finally {
    clearTimeout(timer)
  }
}

const tally = (ends: readonly End[]) => {
  const count = (outcome: Outcome): number => ends.filter(end => 'outcome' in end && end.outcome === outcome).length
  const errors = ends.filter(end => 'error' in end)
  const typed = errors.map(({ error }) => error).filter(error => KkachiError.is(error))
  const codes = new Map<string, number>()
  for (const { code } of typed) codes.set(code, (codes.get(code) ?? 0) + 1)
  return {
    ok: count('ok'),
    wrong: count('wrong'),
    damaged: count('damaged'),
    hung: count('hung'),
    failed: typed.length,
    untyped: errors.map(({ error }) => error).filter(error => !KkachiError.is(error)),
    codes,
    attemptsOfFailed: typed.reduce((sum, error) => sum + attemptsIn(error), 0),
    failedUnseen: errors.filter(({ seen }) => !seen).length,
  }
}

const attemptsIn = (error: KkachiError): number =>
  'attempts' in error && typeof error.attempts === 'number' ? error.attempts : 1
