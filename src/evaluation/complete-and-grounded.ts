import { addUsage } from '../data/usage.ts'
import { chainOfThought } from '../modules/chain-of-thought.ts'
import { signature } from '../signature/create.ts'
import { answerText, listed, read } from './answer-fields.ts'
import { askJudge, type JudgeContext, judgeContext } from './ask-judge.ts'
import { harmonicMean, share } from './harmonic-mean.ts'
import { judgedTexts, type QuestionOption } from './judged-texts.ts'
import type { Metric } from './metric.ts'
import { completeAndGroundedWording as wording } from './wording.ts'

export interface CompleteAndGroundedOptions extends QuestionOption, JudgeContext {
  /** The score from which an answer has passed. */
  readonly threshold?: number // dspy 3.4.1: threshold=0.66
  /** The field of the prediction that holds the passages it was written from, a list of texts or one; `context` when absent. */
  readonly context?: string
}

/**
 * Whether an answer says all of the right one, and whether the passages it was written from carry it, by a model's
 * judgement: the harmonic mean of completeness and groundedness. For programs that retrieve.
 *
 * Two calls of the judge's model for each prediction, one after the other; usage as in `semanticF1`.
 *
 * Differs from DSPy 3.4.1 (`CompleteAndGrounded`) as `semanticF1` does.
 *
 * @throws DataError `data/fields` when a field is missing; and what the model throws
 * @example
 * const metric = completeAndGrounded({ model: judgeModel, field: 'answer', context: 'passages' })
 */
export const completeAndGrounded = ({
  threshold = 0.66,
  context: passagesField = 'context',
  field,
  question,
  ...rest
}: CompleteAndGroundedOptions): Metric<object, object> => {
  const context = judgeContext(rest)
  const fields = { ...(field !== undefined && { field }), ...(question !== undefined && { question }) }
  const [complete, grounded] = [completeness(), groundedness()]
  const name = 'complete-and-grounded'
  return {
    name,
    evaluate: async (example, prediction, _, scope) => {
      const texts = judgedTexts(example, prediction, fields)
      const passages = listed(read(prediction, passagesField, 'prediction')).map(answerText)
      const first = await askJudge(name, complete, texts, context, scope)
      const second = await askJudge(
        name,
        grounded,
        { question: texts.question, passages, answer: texts.answer },
        context,
        scope,
      )
      const [completeness, groundedness] = [share(first.said.completeness), share(second.said.groundedness)]
      const score = harmonicMean(groundedness, completeness)
      return {
        score,
        passed: score >= threshold,
        feedback: wording.feedback(completeness, groundedness, first.said.comparison, second.said.support),
        details: { completeness, groundedness, usage: addUsage(first.usage, second.usage) },
      }
    },
  }
}

const described = <Names extends keyof typeof wording.descriptions>(...names: readonly Names[]) =>
  Object.fromEntries(names.map(name => [name, wording.descriptions[name]]))

const completeness = () =>
  chainOfThought(
    signature('question, reference, answer -> reference_ideas, answer_ideas, comparison, completeness: float', {
      instructions: wording.complete,
      descriptions: described('reference', 'answer', 'reference_ideas', 'answer_ideas', 'comparison', 'completeness'),
    }),
  )

const groundedness = () =>
  chainOfThought(
    signature('question, passages: string[], answer -> claims, support, groundedness: float', {
      instructions: wording.grounded,
      descriptions: described('passages', 'answer', 'claims', 'support', 'groundedness'),
    }),
  )
