import type { Example } from '../data/example.ts'
import { seededRandom } from '../data/seeded-random.ts'
import type { Split } from '../data/split.ts'
import { textIn } from './text-in.ts'

/** A question that needs two articles. */
export interface HotPotQuestion {
  readonly question: string
  readonly answer: string
  /** The titles of the articles it needs. */
  readonly goldTitles?: readonly string[]
}

/**
 * HotPotQA as DSPy 3.4.1 cuts it: of the official training rows the hard ones, shuffled by seed 0, three quarters to train
 * on, without their titles, and one quarter as dev; the official validation rows as test.
 *
 * @param official the rows of `hotpotqa/hotpot_qa`, config `fullwiki`, splits `train` and `validation`
 * @throws DataError `data/fields` for a row of another shape
 * @see Yang et al. 2018, arXiv:1809.09600
 * @example
 * const rows = (split: string) => Array.fromAsync(huggingFaceRows({ dataset: 'hotpotqa/hotpot_qa', config: 'fullwiki', split }))
 * const { train, dev } = hotPotQa({ train: await rows('train'), validation: await rows('validation') })
 */
export const hotPotQa = (official: {
  readonly train: readonly Example[]
  readonly validation: readonly Example[]
}): Split<HotPotQuestion> => {
  const hard = official.train.filter(row => row.level === 'hard').map(asQuestion)
  const shuffled = seededRandom(0).shuffle(hard)
  const end = Math.floor((shuffled.length * 75) / 100)
  return {
    train: shuffled.slice(0, end).map(({ question, answer }) => ({ question, answer })),
    dev: shuffled.slice(end),
    test: official.validation.map(asQuestion),
  }
}

const asQuestion = (row: Example): HotPotQuestion => ({
  question: textIn(row, 'question', 'HotPotQA'),
  answer: textIn(row, 'answer', 'HotPotQA'),
  goldTitles: titlesOf(row),
})

const titlesOf = ({ supporting_facts: facts }: Example): readonly string[] => {
  const titles = typeof facts === 'object' && facts !== null && 'title' in facts ? facts.title : []
  return Array.isArray(titles) ? [...new Set(titles.filter(title => typeof title === 'string'))] : []
}
