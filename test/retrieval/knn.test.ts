import { describe, expect, test } from 'vitest'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'
import { knn } from '../../src/retrieval/knn.ts'
import { letterEmbedder, phrases } from './letter-embedder.ts'

const answers = ['one', 'two', 'three', 'four', 'five', 'six']
const trainset = phrases.map((question, tags) => ({ question, tags, answer: answers[tags] ?? '' }))
const inputs = ['question', 'tags']

describe('the rows found', () => {
  // As DSPy 3.4.1 answers: dspy.KNN(3, train, dspy.Embedder(counts of the letters a to h)).
  test.each([
    ['babe face ab', ['three', 'one', 'four']],
    ['hedge fund', ['four', 'two', 'one']],
    ['delta', ['four', 'two', 'one']],
  ])('for %s are those of DSPy', async (question, expected) => {
    const { nearest } = knn({ k: 3, trainset, embedder: letterEmbedder(), inputs })
    const found = await nearest({ question, tags: 9 })
    expect(found.map(({ row }) => row.answer)).toEqual(expected)
  })

  test('are compared by the texts of DSPy', async () => {
    const embedder = letterEmbedder()
    await knn({ k: 3, trainset: trainset.slice(0, 2), embedder, inputs }).nearest({ question: 'delta', tags: 9 })
    expect(embedder.asked).toEqual([
      'question: alpha beta | tags: 0',
      'question: gamma delta | tags: 1',
      'question: delta | tags: 9',
    ])
  })

  test('are in the order of the rows where they are equally near, and come with place and score', async () => {
    const twins = ['ab', 'ab', 'ab'].map((question, place) => ({ question, place }))
    const { nearest } = knn({
      k: 2,
      trainset: twins,
      embedder: letterEmbedder(),
      inputs: ['question'],
      similarity: 'cosine',
    })
    const found = await nearest({ question: 'ab' })
    expect(found.map(({ row, index }) => [row.place, index])).toEqual([
      [0, 0],
      [1, 1],
    ])
    expect(found[0]?.score).toBeCloseTo(1, 6)
  })
})

test('the rows are embedded once, also by calls at the same time, and again after a failure', async () => {
  const asked: number[] = []
  const embedder = functionEmbedder({
    id: 'test/once',
    embed: texts => {
      asked.push(texts.length)
      if (asked.length === 1) throw new Error('down')
      return texts.map(text => [text.length])
    },
  })
  const { nearest } = knn({ k: 1, trainset, embedder, inputs })
  await expect(nearest({ question: 'a', tags: 1 })).rejects.toThrow('down')
  await Promise.all([nearest({ question: 'a', tags: 1 }), nearest({ question: 'b', tags: 2 })])
  expect(asked).toEqual([6, 6, 1, 1])
})

test('a caller that leaves does not take the index from one that waits', async () => {
  const controller = new AbortController()
  const embedder = functionEmbedder({
    id: 'test/slow',
    embed: async (texts, { signal }) => {
      await new Promise(resolve => setTimeout(resolve, 5))
      signal?.throwIfAborted()
      return texts.map(text => [text.length])
    },
  })
  const { nearest } = knn({ k: 1, trainset, embedder, inputs })
  const left = nearest({ question: 'a', tags: 1 }, { signal: controller.signal }).catch(error => error)
  const stays = nearest({ question: 'a', tags: 1 })
  controller.abort()
  expect(await left).toBe(controller.signal.reason)
  expect(await stays).toHaveLength(1)
})

test('a caller that waits for the index leaves as soon as it wants', async () => {
  const controller = new AbortController()
  let finish = () => {}
  const held = new Promise<void>(resolve => {
    finish = resolve
  })
  const embedder = functionEmbedder({
    id: 'test/held',
    embed: async texts => {
      if (texts.length > 1) await held
      return texts.map(text => [text.length])
    },
  })
  const { nearest } = knn({ k: 1, trainset, embedder, inputs })
  const stays = nearest({ question: 'a', tags: 1 })
  const left = nearest({ question: 'b', tags: 1 }, { signal: controller.signal }).catch(error => error)
  controller.abort()
  expect(await left).toBe(controller.signal.reason)
  finish()
  expect(await stays).toHaveLength(1)
})

test('a training set without rows is refused', () => {
  expect(() => knn({ k: 1, trainset: [], embedder: letterEmbedder(), inputs })).toThrow(
    expect.objectContaining({ code: 'data/empty' }),
  )
})
