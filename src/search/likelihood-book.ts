import { mapConcurrently } from '../data/map-concurrently.ts'
import { isSystemic } from '../evaluation/is-systemic.ts'
import type { ProgramState } from '../ports/module.ts'
import { answerLikelihood } from './answer-likelihood.ts'
import type { Spent } from './budget.ts'
import { isSpent } from './is-spent.ts'
import type { Part } from './observation.ts'
import type { SearchRun } from './search-run.ts'
import { sideBySide } from './side-by-side.ts'
import { stateNumbers } from './state-numbers.ts'
import { withoutRow } from './without-row.ts'

/** A state and a row whose right answer is to be judged. */
export interface LikelihoodAsk {
  readonly state: ProgramState
  readonly part: Part
  readonly row: number
}

/** The likelihoods of a run, so that none is paid for twice. */
export interface LikelihoodBook {
  /**
   * The probability of the right answer of each ask, from 0 to 1, in their order: one call of the model each. The asks are
   * one step of the budget: where it ends within them they count for nothing, and undefined comes back.
   *
   * 1. NaN where a row has no likelihood, because it lacks a label; 0 where the model refused the prompt, too long a one say.
   * 2. A row's own demo is left out, as in a run of the program.
   * 3. Depends on the asks only, never on the concurrency. Those of one state are asked side by side.
   */
  observe(asks: readonly LikelihoodAsk[], keep?: Spent): Promise<readonly number[] | undefined>
}

/** Opens the likelihoods of a run; undefined where `answerLikelihood` is. */
export const likelihoodBook = <Input, Output extends object, Row extends object>({
  program,
  context,
  meter,
  concurrency,
  ...data
}: Pick<SearchRun<Input, Output, Row>, 'program' | 'context' | 'meter' | 'concurrency' | 'train' | 'dev'>):
  | LikelihoodBook
  | undefined => {
  const likelihood = answerLikelihood(program, context)
  if (likelihood === undefined) return undefined
  const known = new Map<string, number>()
  const numberOf = stateNumbers()
  const unseen = withoutRow(program.signature.inputs.map(({ name }) => name))

  const judge = async ({ state, part, row }: LikelihoodAsk, signal: AbortSignal): Promise<number> => {
    const shown = data[part][row]
    if (shown === undefined) return Number.NaN
    try {
      return (await likelihood.of(unseen(state, shown), shown, signal))?.probability ?? Number.NaN
    } catch (error) {
      if (signal.aborted || isSystemic(error)) throw error
      return 0
    }
  }

  return {
    async observe(asks, keep) {
      const keyed = asks.map(ask => ({ ask, key: `${ask.part} ${ask.row} ${numberOf(ask.state)}` }))
      const open = new Map(keyed.filter(({ key }) => !known.has(key)).map(({ ask, key }) => [key, ask]))
      const step = meter.step(keep)
      const all = [...open]
      const places = sideBySide(all.map(([, { state }]) => numberOf(state))).flatMap(place =>
        all.slice(place, place + 1),
      )
      const working = mapConcurrently(places, { concurrency, signal: context.signal }, ([, ask], _, signal) =>
        judge(ask, signal),
      )
      const judged: number[] = []
      try {
        for await (const { index, result } of working) judged[index] = result
      } catch (error) {
        if (!isSpent(error) || !step.cut) throw error
      }
      if (step.cut) return undefined
      for (const [place, [key]] of places.entries()) known.set(key, judged[place] ?? Number.NaN)
      return keyed.map(({ key }) => known.get(key) ?? Number.NaN)
    },
  }
}
