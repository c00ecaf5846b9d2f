import { editDistance } from '../kernels/edit-distance.ts'
import type { TextKernels } from '../ports/text-kernels.ts'
import { answerOf, answerText, type FieldOption } from './answer-fields.ts'
import type { Metric } from './metric.ts'

export interface EditSimilarityOptions extends FieldOption {
  /** The score from which an answer has passed; 1 when absent: only a right answer, letter for letter. */
  readonly threshold?: number
  /** What counts the edits, `await wasmKernels(...)` for long texts say; plain TypeScript when absent. */
  readonly kernels?: TextKernels
}

/**
 * How near the answer comes to a right one letter by letter, the best over all right answers: 1 less the edits as a share
 * of the longer text (normalized Levenshtein similarity). For what is copied, transcribed or corrected, where a letter
 * missed is a small mistake.
 *
 * Letters are code points, and count as they are: nothing is normalized. Two empty texts are equal.
 *
 * @throws DataError `data/fields` when the example has no such field
 * @example
 * await evaluate(program, { examples, metric: editSimilarity({ field: 'text', threshold: 0.9 }), model })
 */
export const editSimilarity = ({
  threshold = 1,
  kernels = { editDistance },
  ...options
}: EditSimilarityOptions = {}): Metric<object, object> => ({
  name: 'edit-similarity',
  evaluate: (example, prediction) => {
    const { predicted, truths } = answerOf(example, prediction, options)
    const text = answerText(predicted)
    const score = Math.max(...truths.map(truth => similarity(text, answerText(truth), kernels)))
    return { score, passed: score >= threshold }
  },
})

const similarity = (text: string, truth: string, { editDistance: distance }: TextKernels): number => {
  const longer = Math.max(letters(text), letters(truth))
  return longer === 0 ? 1 : 1 - distance(text, truth) / longer
}

const letters = (text: string): number => {
  let count = 0
  for (const _ of text) count += 1
  return count
}
