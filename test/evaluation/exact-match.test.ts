import { describe, expect, test } from 'vitest'
import { exactMatch } from '../../src/evaluation/exact-match.ts'
import { applyMetric } from '../../src/evaluation/metric.ts'

const score = async (example: object, prediction: object, field?: string) =>
  (await applyMetric(exactMatch(field === undefined ? {} : { field }), example, prediction)).score

describe('exactMatch', () => {
  test.each([
    ['text after normalization', { answer: 'the Paris' }, { answer: 'Paris.' }, 1],
    ['other text', { answer: 'Paris' }, { answer: 'Lyon' }, 0],
    ['any of several truths', { answer: ['Paris', 'City of Light'] }, { answer: 'city of light' }, 1],
    ['numbers by value', { n: 3.5 }, { n: 35 }, 0],
    ['a number and its text', { n: '5.0' }, { n: 5 }, 1],
    ['a sign that normalization drops', { n: '-5' }, { n: 5 }, 0],
    ['booleans', { spam: true }, { spam: true }, 1],
    ['lists as a whole', { tags: ['a', 'b'] }, { tags: ['a', 'b'] }, 1],
    ['lists in another order', { tags: ['b', 'c'] }, { tags: ['c', 'b'] }, 0],
    ['objects in any order of keys', { at: { x: 1, y: 2 } }, { at: { y: 2, x: 1 } }, 1],
    ['null', { answer: null }, { answer: null }, 1],
  ])('compares %s', async (_, example, prediction, expected) => {
    expect(await score(example, prediction)).toBe(expected)
  })

  test('judges the last field of the prediction that the example has', async () => {
    expect(await score({ question: 'q', answer: 'Paris' }, { reasoning: 'because', answer: 'paris' })).toBe(1)
  })

  test('judges the field it is told', async () => {
    expect(await score({ label: 'a', note: 'x' }, { label: 'a', note: 'y' }, 'label')).toBe(1)
  })

  test.each([
    ['no field is shared', { label: 'x' }, { answer: 'x' }, undefined, /has label, the prediction answer/],
    ['the label is missing', { label: 'x' }, { answer: 'x' }, 'answer', /field 'answer' in the example/],
    ['there is no truth', { answer: [] }, { answer: 'x' }, 'answer', /at least one answer/],
  ])('says so when %s', async (_, example, prediction, field, message) => {
    await expect(score(example, prediction, field)).rejects.toMatchObject({
      code: 'data/fields',
      message: expect.stringMatching(message),
    })
  })
})
