import { mapConcurrently } from '../data/map-concurrently.ts'
import { derive } from '../data/seeded-random.ts'
import { isSystemic } from '../evaluation/is-systemic.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import type { BudgetMeter, Spent } from './budget.ts'
import { isSpent } from './is-spent.ts'
import type { SearchEvent } from './search-event.ts'

/** One question to the prompt model. */
export interface Proposal<Input> {
  readonly input: Input
  /** What is asked for, for the events: `instructions of hop.predict`. */
  readonly about: string
}

export interface AskOptions {
  /** 1 when absent: proposals are to differ. */
  readonly temperature?: number
  /** What to leave unspent. */
  readonly keep?: Spent
}

/** The one way of a search to ask its prompt model. */
export interface PromptModel {
  /** Whether there is one that can write instructions. */
  readonly isThere: boolean
  /** How often it was asked, and how often in vain, with the last reason. */
  readonly record: { readonly asked: number; readonly failed: number; readonly lastError?: unknown }
  /**
   * Asks a module of the optimizer's own, all questions at once; answers in their order, undefined for one that failed.
   *
   * 1. The questions are one step of the budget: where it ends within them, undefined comes back for all.
   * 2. A failed answer is told by `proposal-failed` and ends nothing; systemic errors are thrown.
   * 3. Each question is a sample of its own, numbered in the order of asking; a replay meets the same answers.
   */
  ask<Input, Output extends object>(
    module: Module<Input, Output>,
    proposals: readonly Proposal<Input>[],
    options?: AskOptions,
  ): AsyncGenerator<SearchEvent, readonly (Output | undefined)[] | undefined, undefined>
}

export interface PromptModelParts {
  /** The context in which it is asked: its model within the budget. Undefined when there is none that can write. */
  readonly context: Context | undefined
  readonly meter: BudgetMeter
  readonly concurrency: number
  readonly seed: number
}

/** Opens the way to the prompt model. */
export const promptModel = ({ context, meter, concurrency, seed }: PromptModelParts): PromptModel => {
  let asked = 0
  let failed = 0
  let lastError: unknown

  return {
    isThere: context !== undefined,
    get record() {
      return { asked, failed, ...(lastError !== undefined && { lastError }) }
    },
    async *ask<Input, Output extends object>(
      module: Module<Input, Output>,
      proposals: readonly Proposal<Input>[],
      { temperature = 1, keep }: AskOptions = {},
    ) {
      if (context === undefined) return proposals.map(() => undefined)
      const first = asked
      asked += proposals.length
      const step = meter.step(keep)
      const working = mapConcurrently(
        proposals,
        { concurrency, signal: context.signal },
        async ({ input }, index, signal): Promise<Answer<Output>> => {
          // Another seed is another run: it is to hear other proposals, also from a cache or a seeded server.
          const name = `seed ${seed} proposal ${first + index}`
          try {
            const output = await module.run(input, {
              ...context,
              signal,
              sampling: { ...context.sampling, temperature },
              random: derive(seed, name),
              rolloutId: context.rolloutId === undefined ? name : `${context.rolloutId} ${name}`,
            })
            return { output }
          } catch (error) {
            if (signal.aborted || isSystemic(error)) throw error
            return { error }
          }
        },
      )
      let answers: readonly Answer<Output>[] = []
      try {
        let next = await working.next()
        while (!next.done) next = await working.next()
        answers = next.value
      } catch (error) {
        if (!isSpent(error) || !step.cut) throw error
      }
      if (step.cut) return undefined
      for (const [index, { error }] of answers.entries()) {
        if (error === undefined) continue
        failed += 1
        lastError = error
        const about = proposals[index]?.about ?? ''
        yield { type: 'proposal-failed', about, error: error instanceof Error ? error.message : String(error) }
      }
      return answers.map(answer => answer.output)
    },
  }
}

/** What came of one question. */
interface Answer<Output> {
  readonly output?: Output
  readonly error?: unknown
}
