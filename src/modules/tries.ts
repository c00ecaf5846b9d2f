import { ConfigurationError } from '../errors/configuration-error.ts'
import { isSystemic } from '../errors/is-systemic.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Context } from '../ports/context.ts'
import { drawnApart } from './drawn-apart.ts'
import { holdEvents } from './held-events.ts'

/** How good a prediction is: higher is better; true counts as 1. */
export type Reward<Input, Output> = (input: Input, prediction: Output) => number | boolean | Promise<number | boolean>

export interface TriesOptions<Input, Output> {
  /** Tries at most, at least 1. */
  readonly n: number
  readonly reward: Reward<Input, Output>
  /** The first prediction with this reward or more is taken at once. */
  readonly threshold: number
  /** Tries that may fail; one more is thrown. `n` when absent: then only a run without any prediction fails. */
  readonly failCount?: number
}

/** One try that gave a prediction. */
export interface Tried<Output> {
  readonly prediction: Output
  readonly reward: number
}

export interface Trying<Input, Output> extends TriesOptions<Input, Output> {
  readonly input: Input
  readonly context: Context
  /** Runs the module once, with a context that differs from the run's in what is given. */
  readonly attempt: (override: Partial<Context>) => Promise<Output>
  /** Called between a try that was not good enough and the next. */
  readonly between?: (tried: Tried<Output>) => Promise<void>
}

/**
 * Tries one after the other, each drawn apart at temperature 1, until one is good enough; else the best, the earlier of
 * equals. The tries of a context are always the same ones, so that a cache or a journal knows them again.
 *
 * @throws what the last failed try threw when too many failed, and at once what no further try could help
 */
export const bestTry = async <Input, Output>(trying: Trying<Input, Output>): Promise<Output> => {
  const { n, threshold, failCount = n, input, context, attempt, reward, between } = trying
  let best: (Tried<Output> & { readonly release: () => Promise<void> }) | undefined
  let failures = 0
  let failure: unknown
  for (let index = 0; index < n; index += 1) {
    context.signal?.throwIfAborted()
    const held = holdEvents(context)
    try {
      const prediction = await attempt({ ...drawnApart(context, index), ...held.context })
      const tried = { prediction, reward: rewardOf(await reward(input, prediction)) }
      if (best === undefined || tried.reward > best.reward) best = { ...tried, release: held.release }
      if (tried.reward >= threshold) break
      if (index < n - 1) await between?.(tried)
    } catch (error) {
      failures += 1
      failure = error
      if (context.signal?.aborted || helpsNoTry(error) || failures > failCount) throw error
    }
  }
  if (best === undefined) throw failure
  await best.release()
  return best.prediction
}

/** @throws ConfigurationError `configuration/invalid` */
export const checkTries = ({ n, threshold, failCount }: TriesOptions<never, never>): void => {
  if (!(Number.isInteger(n) && n >= 1)) throw invalid('n', `a whole number of 1 or more, got ${n}. Write 3`)
  if (typeof threshold !== 'number' || Number.isNaN(threshold)) {
    throw invalid('threshold', `a number, got ${String(threshold)}. Write 1, or Infinity to have every try made`)
  }
  if (failCount !== undefined && !(Number.isInteger(failCount) && failCount >= 0)) {
    throw invalid('failCount', `a whole number of 0 or more, got ${failCount}. Write 1`)
  }
}

/** An abort, a spent budget, a wrong setting: and an input that does not fit, which fits no better the next time. */
const helpsNoTry = (error: unknown): boolean => isSystemic(error) || KkachiError.is(error, 'prediction/input')

const rewardOf = (given: number | boolean): number => {
  const reward = Number(given)
  if (!Number.isNaN(reward)) return reward
  throw invalid('reward', `a function that gives a number, got ${String(given)}. Return 0 to 1, or true and false`)
}

const invalid = (option: string, expected: string): ConfigurationError =>
  new ConfigurationError('configuration/invalid', `Expected ${option} to be ${expected}.`, { option })
