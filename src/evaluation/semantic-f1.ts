import { chainOfThought } from '../modules/chain-of-thought.ts'
import { signature } from '../signature/create.ts'
import { askJudge, type JudgeContext, judgeContext } from './ask-judge.ts'
import { harmonicMean, share } from './harmonic-mean.ts'
import { judgedTexts, type QuestionOption } from './judged-texts.ts'
import type { Metric } from './metric.ts'
import { semanticF1Wording as wording } from './wording.ts'

export interface SemanticF1Options extends QuestionOption, JudgeContext {
  /** The score from which an answer has passed. */
  readonly threshold?: number // dspy 3.4.1: threshold=0.66
  /** Let the judge list the ideas of both sides before it compares them. */
  readonly decompositional?: boolean // dspy 3.4.1: decompositional=False
}

/**
 * How much of the right answer an answer says, and how much of what it says is right, by a model's judgement: the harmonic
 * mean of recall and precision. For answers of some length, where words differ and meaning counts.
 *
 * One call of the judge's model for each prediction; its usage is in `details`, and in `usage` where a ledger is given,
 * never in that of the program. Recall and precision stand in `details`, what was missing in `feedback`.
 *
 * Differs from DSPy 3.4.1 (`SemanticF1`): fields are found by name or by rule, where DSPy reads `question` and `response`;
 * the prompt is our own.
 *
 * @throws DataError `data/fields` when a field is missing; and what the model throws
 * @example
 * const metric = semanticF1({ model: cached(judgeModel), field: 'answer' })
 * await evaluate(program, { examples, metric, model })
 */
export const semanticF1 = ({
  threshold = 0.66,
  decompositional = false,
  field,
  question,
  ...rest
}: SemanticF1Options): Metric<object, object> => {
  const context = judgeContext(rest)
  const fields = { ...(field !== undefined && { field }), ...(question !== undefined && { question }) }
  const module = decompositional ? decomposing() : comparing()
  return {
    name: 'semantic-f1',
    evaluate: async (example, prediction, _, scope) => {
      const texts = judgedTexts(example, prediction, fields)
      const { said, usage } = await askJudge('semantic-f1', module, texts, context, scope)
      const [recall, precision] = [share(said.recall), share(said.precision)]
      const score = harmonicMean(precision, recall)
      const why = 'comparison' in said && typeof said.comparison === 'string' ? said.comparison : said.reasoning
      return {
        score,
        passed: score >= threshold,
        feedback: wording.feedback(recall, precision, why),
        details: { recall, precision, usage },
      }
    },
  }
}

const comparing = () =>
  chainOfThought(
    signature('question, reference, answer -> recall: float, precision: float', {
      instructions: wording.instructions,
      descriptions: wording.descriptions,
    }),
  )

const decomposing = () =>
  chainOfThought(
    signature(
      'question, reference, answer -> reference_ideas, answer_ideas, comparison, recall: float, precision: float',
      { instructions: wording.decompositional, descriptions: { ...wording.descriptions, ...wording.ideas } },
    ),
  )
