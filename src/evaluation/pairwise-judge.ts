import { addUsage, type Usage } from '../data/usage.ts'
import { chainOfThought } from '../modules/chain-of-thought.ts'
import { signature } from '../signature/create.ts'
import { askJudge, type JudgeContext, judgeContext } from './ask-judge.ts'
import { fieldsText } from './judged-texts.ts'
import type { MetricFunction, MetricScope } from './metric.ts'
import { pairwiseWording as wording } from './wording.ts'

export interface PairwiseJudgeOptions extends JudgeContext {
  /** What a good response is like. */
  readonly criteria: string
  /** For results and traces; `pairwise-judge` when absent. */
  readonly name?: string
  /** The fields of the example that say what was asked; those that the responses do not have when absent. */
  readonly request?: readonly string[]
  /** The fields of the responses to compare; all but `reasoning` when absent. */
  readonly response?: readonly string[]
  /** As a metric, what a prediction is compared with; the example's own fields of the prediction's names when absent. */
  readonly opponent?: (example: object) => object
}

/** Which of two responses is better. */
export interface Preference {
  readonly winner: 'first' | 'second' | 'tie'
  /** Whether both orders of reading gave the same winner; where they did not, it is a tie. */
  readonly consistent: boolean
  /** Why, by the reading in which the first response stood first, and by the other. */
  readonly reasons: readonly [string, string]
  readonly usage: Usage
}

export interface PairwiseJudge {
  readonly name: string
  /** Compares two responses to one example. */
  compare(example: object, first: object, second: object, scope?: MetricScope): Promise<Preference>
  /** As a metric: 1 where the prediction beats its opponent, 0.5 for a tie, 0 where it loses; has passed from 0.5 on. */
  readonly evaluate: MetricFunction<object, object>
}

/**
 * A model that says which of two responses is better. It reads them in both orders, for models prefer what stands first
 * (or second); where it contradicts itself, that is a tie, and `consistent` says so.
 *
 * Two calls of the judge's model a comparison.
 *
 * @see Wang et al. 2023, arXiv:2305.17926, for reading in both orders
 * @throws what the model throws
 * @example
 * const { compare } = pairwiseJudge({ model: judgeModel, criteria: 'It answers the question in one sentence.' })
 * const { winner, consistent } = await compare(example, await before.run(input, on), await after.run(input, on))
 */
export const pairwiseJudge = (options: PairwiseJudgeOptions): PairwiseJudge => {
  const { criteria, name = 'pairwise-judge', request, response, opponent } = options
  const context = judgeContext(options)
  const module = comparing()
  const shown = (prediction: object): string =>
    fieldsText(prediction, field => response?.includes(field) ?? field !== 'reasoning')

  const compare: PairwiseJudge['compare'] = async (example, first, second, scope) => {
    const common = {
      criteria,
      request: fieldsText(
        example,
        field => request?.includes(field) ?? !(Object.hasOwn(first, field) || Object.hasOwn(second, field)),
      ),
    }
    const read = (a: object, b: object) =>
      askJudge(name, module, { ...common, response_a: shown(a), response_b: shown(b) }, context, scope)
    const straight = await read(first, second)
    const swapped = await read(second, first)
    const winners = [
      winnerOf(straight.said.better, 'first', 'second'),
      winnerOf(swapped.said.better, 'second', 'first'),
    ]
    const consistent = winners[0] === winners[1]
    return {
      winner: consistent ? (winners[0] ?? 'tie') : 'tie',
      consistent,
      reasons: [straight.said.reasoning, swapped.said.reasoning],
      usage: addUsage(straight.usage, swapped.usage),
    }
  }

  return {
    name,
    compare,
    evaluate: async (example, prediction, _, scope) => {
      const { winner, consistent, reasons, usage } = await compare(
        example,
        prediction,
        opponent?.(example) ?? sharedFields(example, prediction),
        scope,
      )
      const score = winner === 'first' ? 1 : winner === 'tie' ? 0.5 : 0
      return { score, passed: score >= 0.5, feedback: reasons[0], details: { winner, consistent, reasons, usage } }
    },
  }
}

type Winner = Preference['winner']

const winnerOf = (better: 'a' | 'b' | 'tie', a: Winner, b: Winner): Winner =>
  better === 'tie' ? 'tie' : better === 'a' ? a : b

const sharedFields = (example: object, prediction: object): object =>
  Object.fromEntries(Object.entries(example).filter(([name]) => Object.hasOwn(prediction, name)))

const comparing = () =>
  chainOfThought(
    signature("criteria, request, response_a, response_b -> better: 'a' | 'b' | 'tie'", {
      instructions: wording.instructions,
      descriptions: wording.descriptions,
    }),
  )
