import { expect, test } from 'vitest'
import { poolingOf } from '../../src/inference/embedding-session.ts'
import { pooled } from '../../src/inference/pooled.ts'

/** Two texts of two tokens at most, three numbers a token; the second token of the second text only fills it up. */
const states = { numbers: Float32Array.of(3, 0, 0, 1, 4, 0, 0, 5, 0, 9, 9, 9), length: 2, width: 3 }

test.each([
  [
    'mean',
    [
      [2, 2, 0],
      [0, 5, 0],
    ],
  ],
  [
    'cls',
    [
      [3, 0, 0],
      [0, 5, 0],
    ],
  ],
  [
    'last_token',
    [
      [1, 4, 0],
      [0, 5, 0],
    ],
  ],
] as const)('vectors of tokens become one by %s, those that fill up a text left out', (pooling, vectors) => {
  expect(pooled(states, [2, 1], { pooling, normalize: false }).map(vector => [...vector])).toEqual(vectors)
})

test('vectors get length 1', () => {
  const [first] = pooled(states, [1, 1], { pooling: 'mean', normalize: true })
  expect([...(first ?? [])]).toEqual([1, 0, 0])
})

test('how is said by the files of sentence-transformers', () => {
  expect(poolingOf({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false })).toBe('cls')
  expect(poolingOf({ pooling_mode_mean_tokens: true })).toBe('mean')
  expect(poolingOf({ pooling_mode_lasttoken: true })).toBe('last_token')
  expect(poolingOf({})).toBeUndefined()
  expect(poolingOf({ pooling_mode: 'cls', embedding_dimension: 4, include_prompt: true })).toBe('cls')
  expect(poolingOf({ pooling_mode: 'lasttoken' })).toBe('last_token')
  expect(poolingOf({ pooling_mode: ['mean'] })).toBe('mean')
  expect(poolingOf({ pooling_mode_mean_tokens: false, pooling_mode_max_tokens: false })).toBeUndefined()
})

test.each([
  { pooling_mode: 'max' },
  { pooling_mode: ['mean', 'max'] },
  { pooling_mode: 3 },
  { pooling_mode_max_tokens: true },
  { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true },
  { pooling_mode_weightedmean_tokens: true },
])('%j is another way than those that are known', pooling => {
  expect(poolingOf(pooling)).toBe('other')
})
