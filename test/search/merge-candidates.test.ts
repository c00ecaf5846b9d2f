import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { componentsOf, componentText, withComponent } from '../../src/search/components.ts'
import { type Mergeable, mergeCandidates, mergeHistory, telling } from '../../src/search/merge-candidates.ts'

const student = program(
  'question -> answer',
  { plan: predict('question -> plan'), look: predict('plan -> facts'), solve: predict('question, facts -> answer') },
  async ({ question }, { plan, look, solve }) => solve({ question, ...(await look(await plan({ question }))) }),
)

const components = componentsOf(student)

/** A candidate by the instructions of its three predictors. */
const candidate = (texts: readonly string[], score: number, ...parents: readonly number[]): Mergeable => ({
  state: components.reduce(
    (state, component, place) => withComponent(state, component, texts[place] ?? ''),
    student.state,
  ),
  score,
  parents,
})

const textsOf = ({ state }: Pick<Mergeable, 'state'>): readonly string[] =>
  components.map(component => componentText(state, component))

const merge = (
  candidates: readonly Mergeable[],
  among: readonly number[] = [...candidates.keys()],
  history = mergeHistory(),
) => mergeCandidates(candidates, among, components, seededRandom(0), history)

describe('two candidates with a common ancestor', () => {
  test('give what each of them rewrote, and what both left as it was', () => {
    const candidates = [
      candidate(['a', 'b', 'c'], 0.2),
      candidate(['A', 'b', 'c'], 0.4, 0),
      candidate(['a', 'B', 'c'], 0.5, 0),
    ]
    const merged = merge(candidates)
    expect(merged).toMatchObject({ pair: [1, 2], ancestor: 0, from: [1, 2, 1] })
    expect(merged && textsOf(merged)).toEqual(['A', 'B', 'c'])
  })

  test('give the text of the better one where both rewrote it', () => {
    const candidates = [
      candidate(['a', 'b', 'c'], 0.2),
      candidate(['A1', 'b', 'C'], 0.6, 0),
      candidate(['A2', 'b', 'c'], 0.5, 0),
    ]
    const merged = merge(candidates)
    expect(merged && textsOf(merged)).toEqual(['A1', 'b', 'C'])
  })

  test('are not merged twice', () => {
    const candidates = [
      candidate(['a', 'b', 'c'], 0.2),
      candidate(['A', 'b', 'c'], 0.4, 0),
      candidate(['a', 'B', 'c'], 0.5, 0),
    ]
    const history = mergeHistory()
    expect(merge(candidates, [0, 1, 2], history)).toBeDefined()
    expect(merge(candidates, [0, 1, 2], history)).toBeUndefined()
  })
})

test.each<[string, readonly Mergeable[], (readonly number[])?]>([
  ['fewer than three candidates', [candidate(['a', 'b', 'c'], 0.2), candidate(['A', 'b', 'c'], 0.4, 0)]],
  [
    'a candidate and one that comes from it',
    [candidate(['a', 'b', 'c'], 0.2), candidate(['A', 'b', 'c'], 0.4, 0), candidate(['A', 'B', 'c'], 0.5, 1)],
    [1, 2],
  ],
  [
    'an ancestor better than one of the two',
    [candidate(['a', 'b', 'c'], 0.45), candidate(['A', 'b', 'c'], 0.4, 0), candidate(['a', 'B', 'c'], 0.5, 0)],
  ],
  [
    'two that rewrote the same text and nothing else',
    [candidate(['a', 'b', 'c'], 0.2), candidate(['A1', 'b', 'c'], 0.4, 0), candidate(['A2', 'b', 'c'], 0.5, 0)],
  ],
  [
    'two without a common ancestor',
    [candidate(['a', 'b', 'c'], 0.2), candidate(['A', 'b', 'c'], 0.4), candidate(['a', 'B', 'c'], 0.5)],
  ],
])('%s cannot be merged', (_, candidates, among) => {
  expect(merge(candidates, among)).toBeUndefined()
})

test('every text of a merge is that of one of its parents, and what one of them kept is the other’s', () => {
  const texts = fc.tuple(fc.constantFrom('a', 'A'), fc.constantFrom('b', 'B'), fc.constantFrom('c', 'C'))
  const child = fc.record({ texts, score: fc.constantFrom(0, 0.5, 1), parent: fc.nat() })
  fc.assert(
    fc.property(fc.array(child, { minLength: 2, maxLength: 8 }), fc.nat(), (children, seed) => {
      const candidates = [
        candidate(['a', 'b', 'c'], 0),
        ...children.map((one, place) => candidate(one.texts, one.score, one.parent % (place + 1))),
      ]
      const found = mergeCandidates(candidates, [...candidates.keys()], components, seededRandom(seed), mergeHistory())
      if (found === undefined) return
      const [one, other] = found.pair.map(place => textsOf(candidates[place] as Mergeable))
      const ancestor = textsOf(candidates[found.ancestor] as Mergeable)
      expect(candidates[found.ancestor]?.score).toBeLessThanOrEqual(
        Math.min(...found.pair.map(place => candidates[place]?.score ?? 0)),
      )
      for (const [place, text] of textsOf(found).entries()) {
        expect([one?.[place], other?.[place]]).toContain(text)
        if (one?.[place] === ancestor[place]) expect(text).toBe(other?.[place])
        if (other?.[place] === ancestor[place]) expect(text).toBe(one?.[place])
      }
    }),
    { seed: 21 },
  )
})

describe('the rows on which a merge is tried', () => {
  test('are some where one parent is better, some where the other is, and some where they tie', () => {
    const one = [1, 1, 1, 0, 0, 0, 1, 1, 1]
    const other = [0, 0, 0, 1, 1, 1, 1, 1, 1]
    const rows = telling(one, other, seededRandom(2))
    const kinds = rows.map(row => Math.sign((one[row] ?? 0) - (other[row] ?? 0)))
    expect(kinds).toEqual([1, 1, -1, -1, 0])
    expect(new Set(rows).size).toBe(5)
  })

  test('are five, whatever there is', () => {
    const table = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(table, fc.nat(), (pairs, seed) => {
        const rows = telling(
          pairs.map(([one]) => one),
          pairs.map(([, other]) => other),
          seededRandom(seed),
        )
        expect(rows).toHaveLength(5)
        if (pairs.length >= 5) expect(new Set(rows).size).toBe(5)
        for (const row of rows) expect(row).toBeLessThan(pairs.length)
      }),
      { seed: 22 },
    )
  })
})
