import { expect, test } from 'vitest'
import { applyMetric } from '../../src/evaluation/metric.ts'
import { passageMatch } from '../../src/evaluation/passage-match.ts'

test('finds the words of an answer in a row in one passage', async () => {
  const judge = (passages: string | string[], answer: string | string[]) =>
    applyMetric(passageMatch({ context: 'passages' }), { answer }, { passages })
  expect((await judge(['x', 'The Eiffel Tower is in Paris.'], 'eiffel tower')).score).toBe(1)
  expect((await judge(['tower of eiffel'], 'Eiffel Tower')).score).toBe(0)
  expect((await judge('one text', ['none', 'text'])).score).toBe(1)
  expect((await judge([], 'x')).score).toBe(0)
})

test('says which field is missing', async () => {
  await expect(applyMetric(passageMatch(), { answer: 'x' }, { passages: [] })).rejects.toThrow(
    /'context' in the prediction/,
  )
})
