import { mapConcurrently } from '../data/map-concurrently.ts'
import { derive } from '../data/seeded-random.ts'
import { noUsage } from '../data/usage.ts'
import { evaluateExample } from '../evaluation/evaluate-example.ts'
import type { Metric } from '../evaluation/metric.ts'
import { unanswered } from '../evaluation/unanswered.ts'
import type { Context } from '../ports/context.ts'
import type { Module, ProgramState } from '../ports/module.ts'
import { isBrokenCode } from './broken-code.ts'
import type { BudgetMeter, Spent } from './budget.ts'
import { collectTrace } from './collect-trace.ts'
import { isSpent } from './is-spent.ts'
import { type Ask, type Observation, observationOf, type Part } from './observation.ts'
import { type RunRecord, runRecord } from './run-record.ts'
import { type Place, scoreBook } from './score-book.ts'
import type { SearchEvent } from './search-event.ts'
import { sideBySide } from './side-by-side.ts'
import { stateNumbers } from './state-numbers.ts'
import { withoutRow } from './without-row.ts'

/** What an observer works with. */
export interface ObserverParts<Input, Output extends object, Row extends object> {
  readonly program: Module<Input, Output>
  readonly rows: Readonly<Record<Part, readonly Row[]>>
  readonly metric: Metric<Row, Output>
  /** The run's context, its model within the budget. */
  readonly context: Context
  readonly meter: BudgetMeter
  readonly concurrency: number
  readonly seed: number
}

export interface Observer {
  /**
   * Runs candidates on rows, all asks at once as far as the concurrency goes, and pays for none twice.
   *
   * 1. The observations come in the order of the asks, and are the same at every concurrency.
   * 2. The asks are one step of the budget: where it ends within them they count for nothing, and undefined comes back.
   * 3. A failing row is a score of 0 with its error. Systemic errors are thrown; so is the first error where nothing was
   *    ever answered.
   * 4. A candidate is not shown the row it is asked: demos with the row's inputs are left out of that one run.
   * 5. Runs of one state begin one after the other, whatever the order of the asks: a model that keeps the beginning of
   *    its last prompts (`sharedMessages`) then computes or pays for that of a candidate once.
   *
   * @param keep what to leave unspent
   */
  observe(
    asks: readonly Ask[],
    keep?: Spent,
  ): AsyncGenerator<SearchEvent, readonly Observation[] | undefined, undefined>
  /** What one run of the program costs: the mean of those paid for so far; by its predictors before the first. */
  readonly costOfRow: Spent
  /** What a person should know of the runs paid for. */
  readonly record: RunRecord
  /** The scores a state has on the rows of a part, by their place, samples of their own aside. */
  scoresOf(state: ProgramState, part: Part): ReadonlyMap<number, number>
}

/** Opens the one way to run candidates on rows. */
export const observer = <Input, Output extends object, Row extends object>({
  program,
  rows,
  metric,
  context,
  meter,
  concurrency,
  seed,
}: ObserverParts<Input, Output, Row>): Observer => {
  const book = scoreBook({ train: rows.train.length, dev: rows.dev.length })
  const record = runRecord()
  const unseen = withoutRow(program.signature.inputs.map(field => field.name))
  const numberOf = stateNumbers()
  const programs = new WeakMap<ProgramState, Module<Input, Output>>()
  const programOf = (state: ProgramState): Module<Input, Output> => {
    const made = programs.get(state) ?? program.withState(state)
    programs.set(state, made)
    return made
  }
  let paid = { runs: 0, calls: 0, tokens: 0, usd: 0 }
  let isAnswered = false

  const placeOf = ({ candidate, part, row, rolloutId }: Ask): Place => ({
    state: numberOf(candidate.state),
    part,
    row,
    rolloutId,
  })

  const run = async (ask: Ask, signal: AbortSignal): Promise<Observation> => {
    const row = rows[ask.part][ask.row] as Row
    const collector = collectTrace(context.tracer)
    const rollout = [context.rolloutId, ask.rolloutId].filter(id => id !== undefined).join(' ')
    const judging = evaluateExample(programOf(unseen(ask.candidate.state, row)), row, {
      metric,
      index: ask.row,
      failureScore: 0,
      context: {
        ...context,
        ...ask.context,
        signal,
        tracer: collector.tracer,
        // Dice of its own for each row: shared ones would be drawn from in order of arrival.
        random: derive(seed, `${ask.part === 'train' ? 'train ' : ''}example ${ask.row}${ask.rolloutId ?? ''}`),
        ...(rollout !== '' && { rolloutId: rollout }),
        ...(ask.sampling && { sampling: { ...(ask.context?.sampling ?? context.sampling), ...ask.sampling } }),
      },
    })
    const result = await judging.catch((error: unknown) => {
      if (signal.aborted || !isBrokenCode(program.state, ask.candidate.state, error)) throw error
      return { index: ask.row, example: row, score: 0, passed: false, error, usage: noUsage }
    })
    return observationOf(ask, result, collector)
  }

  return {
    record,
    scoresOf: (state, part) => book.scoresOf(numberOf(state), part),
    get costOfRow() {
      return paid.runs > 0
        ? { calls: paid.calls / paid.runs, tokens: paid.tokens / paid.runs, usd: paid.usd / paid.runs }
        : { calls: Math.max(1, program.predictors.length), tokens: 0, usd: 0 }
    },
    async *observe(asks, keep) {
      // One run for each place: the first of equal asks pays.
      const placed: readonly Placed[] = asks.map(ask => {
        const place = placeOf(ask)
        return { ask, place, key: keyOf(place) }
      })
      const open = new Map<string, Placed>()
      for (const one of placed) if (!open.has(one.key) && !book.has(one.place)) open.set(one.key, one)
      const before = meter.spent
      const places = [...open.values()]
      // A program that calls its model for every row, as far as was seen, will do so for these. What cannot be finished is
      // not begun: how far it got would depend on the order of arrival, and a resumed run would ask other calls.
      const atLeast = paid.runs > 0 && paid.calls >= paid.runs ? places.length : 0
      const step = meter.step(keep, atLeast)
      if (step.cut) return undefined
      const order = sideBySide(places.map(({ place }) => place.state))
      const working = mapConcurrently(order, { concurrency, signal: context.signal }, (place, _, signal) =>
        run((places[place] as Placed).ask, signal),
      )
      const fresh: Observation[] = []
      let finished = asks.length - places.length
      try {
        for (let next = await working.next(); !next.done; next = await working.next()) {
          const { index, result } = next.value
          fresh[order[index] as number] = result
          finished += 1
          yield { type: 'example-evaluated', candidate: result.candidate, finished, total: asks.length }
        }
      } catch (error) {
        if (!isSpent(error) || !step.cut) throw error
      } finally {
        await working.return([])
      }
      if (step.cut) return undefined
      if (!isAnswered && places.length > 0) {
        const nothing = unanswered(fresh)
        if (nothing !== undefined) throw nothing
        isAnswered = true
      }
      const made = new Map<string, Observation>()
      for (const [index, { place, key }] of places.entries()) {
        const observation = fresh[index]
        if (observation === undefined) continue
        made.set(key, observation)
        book.set(place, observation)
        record.add(observation)
      }
      paid = {
        runs: paid.runs + places.length,
        calls: paid.calls + meter.spent.calls - before.calls,
        tokens: paid.tokens + meter.spent.tokens - before.tokens,
        usd: paid.usd + meter.spent.usd - before.usd,
      }
      return placed.flatMap(({ ask, place, key }) => {
        const known = made.get(key) ?? book.get(place)
        return known ? [{ ...known, candidate: ask.candidate.index }] : []
      })
    },
  }
}

/** An ask, and where its score stands. */
interface Placed {
  readonly ask: Ask
  readonly place: Place
  readonly key: string
}

const keyOf = ({ state, part, row, rolloutId }: Place): string => `${part} ${row} ${rolloutId ?? ''} ${state}`
