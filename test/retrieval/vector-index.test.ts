import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadVectorIndex, readVectorIndex } from '../../src/retrieval/load-vector-index.ts'
import { topRows } from '../../src/retrieval/top-rows.ts'
import { type Similarity, type VectorIndexOptions, vectorIndex } from '../../src/retrieval/vector-index.ts'
import { memoryStorage } from '../../src/storage/memory.ts'

const embedder = 'test/letters'

const indexOf = (vectors: readonly (readonly number[])[], options: Partial<VectorIndexOptions> = {}) => {
  const index = vectorIndex<number>({ embedder, ...options })
  index.add(vectors.map((vector, row) => ({ id: `${row}`, vector: Float32Array.from(vector), metadata: row })))
  return index
}

const product = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let place = 0; place < a.length; place += 1) sum += (a[place] ?? 0) * (b[place] ?? 0)
  return sum
}

const scoreOf = (a: Float32Array, b: Float32Array, similarity: Similarity): number => {
  if (similarity === 'dot') return product(a, b)
  const lengths = Math.sqrt(product(a, a)) * Math.sqrt(product(b, b))
  return lengths === 0 ? 0 : product(a, b) / lengths
}

/** Small whole numbers, so that ties happen and sums are exact. */
const vectors = (dimensions: number) =>
  fc.array(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: dimensions, maxLength: dimensions }), {
    maxLength: 40,
  })

const cases = fc.integer({ min: 1, max: 9 }).chain(dimensions =>
  fc.record({
    rows: vectors(dimensions),
    query: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: dimensions, maxLength: dimensions }),
    k: fc.integer({ min: 0, max: 50 }),
    similarity: fc.constantFrom<Similarity>('cosine', 'dot'),
  }),
)

describe('a search', () => {
  test('finds what comparing with everything finds', () => {
    fc.assert(
      fc.property(cases, ({ rows, query, k, similarity }) => {
        const asked = Float32Array.from(query)
        const found = indexOf(rows, { similarity }).search(asked, { k })
        const scores = rows.map(row => scoreOf(Float32Array.from(row), asked, similarity))
        expect(found).toHaveLength(Math.min(k, rows.length))
        for (const [place, match] of found.entries()) {
          expect(match.score).toBeCloseTo(scores[match.row] ?? Number.NaN, 9)
          expect(match).toMatchObject({ id: `${match.row}`, metadata: match.row })
          const next = found[place + 1]
          if (next === undefined) continue
          expect(match.score).toBeGreaterThanOrEqual(next.score)
          if (match.score === next.score) expect(match.row).toBeLessThan(next.row)
        }
        const worst = found.at(-1)?.score ?? Number.POSITIVE_INFINITY
        const kept = new Set(found.map(match => match.row))
        for (const [row, score] of scores.entries()) {
          if (found.length > 0 && !kept.has(row)) expect(score).toBeLessThanOrEqual(worst + 1e-9)
        }
      }),
    )
  })

  test('through bytes gives exact scores, and everything when as many are scored exactly', () => {
    fc.assert(
      fc.property(cases, ({ rows, query, k, similarity }) => {
        const asked = Float32Array.from(query)
        const exact = indexOf(rows, { similarity }).search(asked, { k })
        expect(indexOf(rows, { similarity, quantized: true, rescored: 1_000 }).search(asked, { k })).toEqual(exact)
      }),
    )
  })

  test('through bytes hardly misses a neighbor', () => {
    let seed = 1
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return seed / 2 ** 32 - 0.5
    }
    const rows = Array.from({ length: 500 }, () => Array.from({ length: 48 }, random))
    const [exact, quantized] = [indexOf(rows), indexOf(rows, { quantized: true })]
    let shared = 0
    for (let asked = 0; asked < 50; asked += 1) {
      const query = Float32Array.from({ length: 48 }, random)
      const wanted = exact.search(query, { k: 10 }).map(match => match.id)
      const found = quantized.search(query, { k: 10 }).map(match => match.id)
      shared += found.filter(id => wanted.includes(id)).length
    }
    expect(shared / 500).toBeGreaterThan(0.99)
  })

  test('finds only what the filter lets through', () => {
    for (const quantized of [false, true]) {
      const index = indexOf([[3], [2], [1], [0]], { similarity: 'dot', quantized })
      const found = index.search(Float32Array.of(1), { k: 2, filter: ({ metadata }) => metadata % 2 === 1 })
      expect(found.map(match => match.row)).toEqual([1, 3])
    }
  })

  test('of zeros, and for zeros, has the cosine 0 with everything', () => {
    const index = indexOf([[1, 0], [0, 0], [-1, 0]]) // biome-ignore format: a table
    expect(index.search(Float32Array.of(0, 0)).map(match => [match.row, match.score])).toEqual([[0, 0], [1, 0], [2, 0]]) // biome-ignore format: a table
    expect(index.search(Float32Array.of(1, 0)).map(match => match.score)).toEqual([1, 0, -1])
  })

  test('in an empty index finds nothing', () => {
    expect(vectorIndex({ embedder }).search(Float32Array.of(1))).toEqual([])
    const emptied = indexOf([[1]])
    emptied.remove(['0'])
    expect(emptied.search(Float32Array.of(1))).toEqual([])
  })

  test.each([
    ['a NaN', Float32Array.of(1, Number.NaN)],
    ['an infinite number', Float32Array.of(Number.NEGATIVE_INFINITY, 1)],
    ['another length', Float32Array.of(1, 2, 3)],
    ['no number', new Float32Array()],
  ])('for %s is refused, as adding it is', (_, vector) => {
    const index = indexOf([[1, 2]])
    const refused = expect.objectContaining({ code: 'data/vector' })
    expect(() => index.search(vector)).toThrow(refused)
    const entries = [
      { id: 'good', vector: Float32Array.of(1, 1), metadata: 1 },
      { id: 'bad', vector, metadata: 2 },
    ]
    expect(() => index.add(entries)).toThrow(refused)
    expect([index.size, index.has('good')]).toEqual([1, false])
  })
})

describe('adding and removing', () => {
  const change = fc.oneof(
    fc.record({
      add: fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: -9, max: 9 })), { maxLength: 6 }),
    }),
    fc.record({ remove: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }) }),
  )

  test('leave what a list with the same history holds', () => {
    fc.assert(
      fc.property(fc.array(change), fc.boolean(), (history, quantized) => {
        const index = vectorIndex<number>({ embedder, similarity: 'dot', quantized, rescored: 100 })
        const list = new Map<string, number>()
        for (const step of history) {
          if ('add' in step) {
            index.add(step.add.map(([id, at]) => ({ id: `${id}`, vector: Float32Array.of(at, 1), metadata: at })))
            for (const [id, at] of step.add) list.set(`${id}`, at) // a Map keeps the place of a key, too
          } else {
            const present = new Set(step.remove.map(String).filter(id => list.has(id)))
            expect(index.remove(step.remove.map(String))).toBe(present.size)
            for (const id of present) list.delete(id)
          }
        }
        const expected = [...list]
          .map(([id, at], row) => ({ id, score: at, row, metadata: at }))
          .sort((a, b) => b.score - a.score || a.row - b.row)
        expect(index.size).toBe(list.size)
        expect(index.search(Float32Array.of(1, 0), { k: 99 })).toEqual(expected)
      }),
    )
  })
})

describe('a saved index', () => {
  test('finds the same when it is loaded, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, query, similarity }) => {
        const index = indexOf(rows, { similarity })
        const loaded = await readVectorIndex<number>(await index.toBytes(), { embedder })
        expect([loaded.size, loaded.similarity]).toEqual([index.size, similarity])
        const asked = Float32Array.from(query)
        if (rows.length > 0) expect(loaded.search(asked, { k: 9 })).toEqual(index.search(asked, { k: 9 }))
      }),
      { numRuns: 30 },
    )
  })

  test('is the same bytes today and tomorrow', async () => {
    const index = vectorIndex<string>({ embedder })
    index.add([{ id: 'a', vector: Float32Array.of(1, -2), metadata: 'naïve 서울' }])
    const bytes = await index.toBytes()
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('KKVI')
    expect(Array.from(bytes.subarray(4, 8))).toEqual([1, 0, 0, 0])
    expect(Array.from(bytes.subarray(-40, -32))).toEqual([0, 0, 128, 63, 0, 0, 0, 192])
    expect(await index.toBytes()).toEqual(bytes)
  })

  test('lies in a store under one key, with its metadata', async () => {
    const storage = memoryStorage()
    const index = vectorIndex<{ readonly page: number }>({ embedder })
    index.add([{ id: 'a', vector: Float32Array.of(1), metadata: { page: 3 } }])
    await index.save(storage, 'atlas')
    const loaded = await loadVectorIndex<{ readonly page: number }>(storage, 'atlas', { embedder, quantized: true })
    expect(loaded?.search(Float32Array.of(1))[0]?.metadata.page).toBe(3)
    expect(await loadVectorIndex(storage, 'elsewhere', { embedder })).toBeUndefined()
  })

  test('of another embedder is refused', async () => {
    const bytes = await indexOf([[1]]).toBytes()
    await expect(readVectorIndex(bytes, { embedder: 'test/other' })).rejects.toMatchObject({ code: 'data/vector' })
  })

  test('with a bit changed, cut or with more at its end is refused', async () => {
    const bytes = await indexOf([[1, 2], [3, 4]]).toBytes() // biome-ignore format: a table
    const broken = [
      ...Array.from({ length: bytes.length }, (_, place) => bytes.map((byte, at) => (at === place ? byte ^ 4 : byte))),
      ...Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length)),
      Uint8Array.from([...bytes, 0]),
    ]
    for (const one of broken) {
      await expect(readVectorIndex(one, { embedder })).rejects.toMatchObject({ code: 'data/damaged' })
    }
  })

  const head = { embedder, similarity: 'cosine', dimensions: 1, ids: ['a'], metadata: [1] }
  test.each([
    ['ids that are no list', JSON.stringify({ ...head, ids: 'a' })],
    ['an id twice', JSON.stringify({ ...head, ids: ['a', 'a'], metadata: [1, 1] })],
    ['too little metadata', JSON.stringify({ ...head, metadata: [] })],
    ['a length that is none', JSON.stringify({ ...head, dimensions: -1 })],
    ['vectors that are missing', JSON.stringify({ ...head, dimensions: 2 })],
    ['a key that could change a prototype', `{"__proto__":{},${JSON.stringify(head).slice(1)}`],
    ['a head that is no JSON', '{'],
    ['a head that is no object', '[]'],
  ])('whose digest fits but which has %s is refused', async (_, text) => {
    const json = new TextEncoder().encode(text)
    const body = new Uint8Array(12 + json.length + 4)
    const view = new DataView(body.buffer)
    body.set(new TextEncoder().encode('KKVI'))
    view.setUint32(4, 1, true)
    view.setUint32(8, json.length, true)
    body.set(json, 12)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
    const bytes = Uint8Array.from([...body, ...digest])
    await expect(readVectorIndex(bytes, { embedder })).rejects.toMatchObject({ code: 'data/damaged' })
  })

  test('of a newer format says so', async () => {
    const bytes = await indexOf([[1]]).toBytes()
    bytes[4] = 2
    await expect(readVectorIndex(bytes, { embedder })).rejects.toThrow(/Update kkachi/)
  })
})

test('the best rows are those a sort puts first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 })), fc.integer({ min: 0, max: 60 }), (scores, count) => {
      const sorted = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
      expect(topRows(scores, scores.length, count)).toEqual(sorted.slice(0, count))
    }),
  )
})

test.each([
  ['rescored', { rescored: 0 }],
  ['similarity', { similarity: 'euclid' as Similarity }],
])('a wrong %s is refused', (option, options) => {
  expect(() => vectorIndex({ embedder, ...options })).toThrow(expect.objectContaining({ option }))
})
