import { answerOf, answerText } from './answer-fields.ts'
import { type F1Options, wordF1 } from './f1.ts'
import type { Metric } from './metric.ts'
import { normalizeAnswer } from './normalize-answer.ts'

/**
 * F1 as HotPotQA scores it: where either side is yes, no or noanswer, nothing but the same word counts.
 *
 * @see Yang et al. 2018, arXiv:1809.09600
 * @example
 * const { score } = await evaluate(program, { examples: dev, metric: hotpotF1(), model })
 */
export const hotpotF1 = ({ threshold = 1, ...options }: F1Options = {}): Metric<object, object> => ({
  name: 'hotpot-f1',
  evaluate: (example, prediction) => {
    const { predicted, truths } = answerOf(example, prediction, options)
    const text = answerText(predicted)
    const score = Math.max(...truths.map(truth => wordF1OrVerdict(text, answerText(truth))))
    return { score, passed: score >= threshold }
  },
})

const verdicts: ReadonlySet<string> = new Set(['yes', 'no', 'noanswer'])

/** `wordF1`, but 0 where a verdict meets anything else. */
const wordF1OrVerdict = (prediction: string, truth: string): number => {
  const [predicted, right] = [normalizeAnswer(prediction), normalizeAnswer(truth)]
  return predicted !== right && (verdicts.has(predicted) || verdicts.has(right)) ? 0 : wordF1(prediction, truth)
}
