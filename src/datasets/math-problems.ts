import type { Example } from '../data/example.ts'
import { seededRandom } from '../data/seeded-random.ts'
import type { Split } from '../data/split.ts'
import { textIn } from './text-in.ts'

/** A problem of a mathematics competition. */
export interface MathProblem {
  readonly question: string
  readonly reasoning: string
  /** What the solution puts in a box; LaTeX. */
  readonly answer: string
}

/**
 * The MATH data set as DSPy 3.4.1 cuts it: the official test rows of one subset, shuffled by seed 0, in thirds of which the
 * first two have at most 350 rows. Rows whose solution boxes nothing are left out (DSPy keeps them without an answer).
 *
 * @param rows the rows of `DigitalLearningGmbH/MATH-lighteval`, config such as `algebra`, split `test`
 * @see Hendrycks et al. 2021, arXiv:2103.03874
 */
export const mathProblems = (rows: readonly Example[]): Split<MathProblem> => {
  const problems = rows.flatMap((row): MathProblem[] => {
    const reasoning = textIn(row, 'solution', 'MATH')
    const answer = boxedAnswer(reasoning)
    return answer === undefined ? [] : [{ question: textIn(row, 'problem', 'MATH'), reasoning, answer }]
  })
  const shuffled = seededRandom(0).shuffle(problems)
  const size = Math.min(350, Math.floor(shuffled.length / 3))
  return { train: shuffled.slice(0, size), dev: shuffled.slice(size, 2 * size), test: shuffled.slice(2 * size) }
}

/** What the first `\boxed{…}` of a solution holds, without `\text{…}` and `\!`; undefined when there is none. */
export const boxedAnswer = (solution: string): string | undefined => {
  const opening = '\\boxed{'
  const start = solution.indexOf(opening)
  if (start < 0) return undefined
  let depth = 1
  let end = start + opening.length
  for (; end < solution.length; end += 1) {
    const character = solution.charAt(end)
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    if (depth === 0) break
  }
  return solution
    .slice(start + opening.length, end)
    .replaceAll(/\\text\{[^}]*\}/g, '')
    .replaceAll('\\!', '')
    .trim()
}
