import { describe, expect, test } from 'vitest'
import { compareScores } from '../../src/evaluation/compare.ts'
import { predict } from '../../src/modules/predict.ts'
import {
  constantMetricWarning,
  disagreementWarning,
  failedExamplesWarning,
  littleDataWarning,
  sharedRowsWarning,
  withinNoiseWarning,
} from '../../src/search/honest-warnings.ts'
import { runRecord } from '../../src/search/run-record.ts'
import { doublings } from '../contracts/doubling-task.ts'

const recordOf = (...scores: readonly (number | string)[]) => {
  const record = runRecord()
  for (const [row, score] of scores.entries()) {
    record.add({
      ...{ part: 'dev', row, trace: [] },
      ...(typeof score === 'number' ? { score } : { score: 0, error: new Error(score) }),
    })
  }
  return record
}
const signature = predict('question -> answer').signature
const ones = (count: number) => Array.from({ length: count }, () => 1)
const zeros = (count: number) => Array.from({ length: count }, () => 0)

describe('a warning is raised', () => {
  test('for rows that stand in two parts, whatever their answers', () => {
    const dev = [
      { question: 'new', answer: '1' },
      { question: 'What is twice 2?', answer: 'another' },
    ]
    expect(sharedRowsWarning(signature, ['train', doublings(1, 3)], ['dev', dev])).toEqual([
      {
        code: 'shared-rows',
        message:
          '1 of the 2 rows in dev have the same inputs as a row in train, the first being row 2, which is row 2 of train: scores on them flatter what was learned from them. Take them out of one of the two.',
      },
    ])
  })

  test('for few rows to choose by', () => {
    expect(littleDataWarning('dev', 8)).toMatchObject([
      {
        code: 'little-data',
        message: expect.stringContaining('by 8 rows of dev, so that one row moves a score by 12.5'),
      },
    ])
    expect(littleDataWarning('train', 1)).toMatchObject([{ message: expect.stringContaining('by one row of train') }])
  })

  test.each([
    [0, 'Check the metric on an answer known to be right'],
    [1, 'Nothing is left to gain on these rows'],
    [0.5, 'Check the metric'],
  ])('for a metric that always gives %d', (score, remedy) => {
    expect(constantMetricWarning(recordOf(score, score, 'failed', score))).toMatchObject([
      { code: 'constant-metric', message: expect.stringContaining(`gave ${score} for every one of 3 answers`) },
    ])
    expect(constantMetricWarning(recordOf(score, score))[0]?.message).toContain(remedy)
  })

  test('for runs that failed, with the first cause', () => {
    expect(failedExamplesWarning(recordOf(1, 'no label in row 2', 1, 'another'))).toMatchObject([
      {
        code: 'failed-examples',
        message: expect.stringContaining(
          '2 of 4 runs failed and count 0 in their scores; the first was row 2 of dev: no label in row 2',
        ),
      },
    ])
  })

  test('for a gain that could be chance', () => {
    const gain = compareScores([0, 0, 1, 1, 0, 1, 1, 0], [1, 0, 1, 1, 1, 0, 1, 0])
    expect(withinNoiseWarning(gain)).toMatchObject([
      {
        code: 'gain-within-noise',
        message: expect.stringContaining('The gain of 12.5 points on 8 rows could be chance'),
      },
    ])
  })

  test('for a test that shows less, or a loss', () => {
    const little = compareScores(zeros(50), [...ones(5), ...zeros(45)])
    expect(disagreementWarning(0.4, little)).toMatchObject([{ code: 'dev-test-disagree' }])
    const loss = compareScores([1, ...zeros(29)], zeros(30))
    expect(disagreementWarning(0.01, loss)).toMatchObject([{ code: 'dev-test-disagree' }])
  })
})

describe('no warning is raised', () => {
  test('where there is nothing to warn of', () => {
    expect(sharedRowsWarning(signature, ['train', doublings(1, 9)], ['dev', doublings(10, 9)])).toEqual([])
    expect(littleDataWarning('dev', 20)).toEqual([])
    expect(constantMetricWarning(recordOf(0, 1))).toEqual([])
    expect(constantMetricWarning(recordOf(1))).toEqual([])
    expect(constantMetricWarning(recordOf('a', 'b'))).toEqual([])
    expect(failedExamplesWarning(recordOf(0, 0))).toEqual([])
    expect(withinNoiseWarning(undefined)).toEqual([])
    expect(withinNoiseWarning(compareScores(zeros(40), [...ones(20), ...zeros(20)]))).toEqual([])
    expect(disagreementWarning(0.5, compareScores(zeros(40), [...ones(20), ...zeros(20)]))).toEqual([])
    expect(disagreementWarning(undefined, compareScores(zeros(4), ones(4)))).toEqual([])
  })
})
