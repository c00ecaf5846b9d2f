import { describe, expect, test } from 'vitest'
import type { ProgramState } from '../../src/ports/module.ts'
import { attributeGain } from '../../src/search/attribution.ts'
import type { Candidate } from '../../src/search/candidate.ts'

/** A state of three predictors by the words of their instructions. */
const state = (...words: readonly string[]): ProgramState =>
  Object.fromEntries(
    ['a', 'b', 'c'].map((path, index) => [
      path,
      { traces: [], train: [], demos: [], lm: null, signature: { instructions: words[index] ?? '', fields: [] } },
    ]),
  )

interface Node {
  readonly state: ProgramState
  readonly parents?: readonly number[]
  readonly scores?: readonly number[]
}

const attributed = (result: ProgramState, tree: readonly Node[]) => {
  const proposed = tree.map(
    (node, index): Candidate => ({
      ...{ index, label: `${index}`, state: node.state },
      ...(node.parents && { parents: node.parents }),
    }),
  )
  const scores = new Map(tree.map(node => [JSON.stringify(node.state), new Map(node.scores?.entries())]))
  return attributeGain({ state: result, proposed, scoresOf: state => scores.get(JSON.stringify(state)) ?? new Map() })
}

const gainsOf = (gains: readonly { readonly path: string; readonly gain: number; readonly shared: boolean }[]) =>
  gains.map(({ path, gain, shared }) => [path, Math.round(1e6 * gain) / 1e6, shared])

const student = { state: state('x', 'x', 'x'), scores: [0, 0, 0, 0] }

describe('attributeGain', () => {
  test('gives a step to the predictor it changed', () => {
    const gains = attributed(state('y', 'x', 'z'), [
      student,
      { state: state('y', 'x', 'x'), parents: [0], scores: [1, 0, 0, 0] },
      { state: state('y', 'x', 'z'), parents: [1], scores: [1, 1, 1, 0] },
    ])
    expect(gainsOf(gains)).toEqual([
      ['a', 0.25, false],
      ['b', 0, false],
      ['c', 0.5, false],
    ])
    expect(gains.map(({ candidates }) => candidates)).toEqual([[1], [], [2]])
    expect(gains[1]).toMatchObject({ low: 0, high: 0 })
  })

  test('counts a loss on the way, too', () => {
    const gains = attributed(state('y', 'z', 'x'), [
      { ...student, scores: [1, 0, 0, 0] },
      { state: state('y', 'x', 'x'), parents: [0], scores: [0, 0, 0, 0] },
      { state: state('y', 'z', 'x'), parents: [1], scores: [1, 1, 1, 0] },
    ])
    expect(gainsOf(gains)).toEqual([
      ['a', -0.25, false],
      ['b', 0.75, false],
      ['c', 0, false],
    ])
  })

  test('passes over ancestors that were scored on few rows', () => {
    const gains = attributed(state('y', 'z', 'x'), [
      student,
      { state: state('y', 'x', 'x'), parents: [0], scores: [1] },
      { state: state('y', 'z', 'x'), parents: [1], scores: [1, 1, 0, 0] },
    ])
    expect(gainsOf(gains)).toEqual([
      ['a', 0.25, true],
      ['b', 0.25, true],
      ['c', 0, false],
    ])
  })

  test('tells predictors apart that changed at once by candidates that hold some of the changes', () => {
    const both = { state: state('y', 'z', 'x'), parents: [0], scores: [1, 1, 1, 0] }
    const onlyA = { state: state('y', 'x', 'x'), parents: [0], scores: [1, 0, 0, 0] }
    const onlyB = { state: state('x', 'z', 'x'), parents: [0], scores: [1, 1, 0, 0] }
    expect(gainsOf(attributed(both.state, [student, onlyA, both]))).toEqual([
      ['a', 0.25, false],
      ['b', 0.5, false],
      ['c', 0, false],
    ])
    // In one order a brings 1/4 and b 2/4, in the other b brings 2/4 and a 1/4.
    expect(gainsOf(attributed(both.state, [student, onlyA, onlyB, both]))).toEqual([
      ['a', 0.25, false],
      ['b', 0.5, false],
      ['c', 0, false],
    ])
  })

  test('follows the better of two parents of a merged candidate', () => {
    const gains = attributed(state('y', 'z', 'x'), [
      student,
      { state: state('y', 'x', 'x'), parents: [0], scores: [1, 0, 0, 0] },
      { state: state('x', 'z', 'x'), parents: [0], scores: [0, 1, 1, 0] },
      { state: state('y', 'z', 'x'), parents: [1, 2], scores: [1, 1, 1, 1] },
    ])
    expect(gainsOf(gains)).toEqual([
      ['a', 0.5, false],
      ['b', 0.5, false],
      ['c', 0, false],
    ])
  })

  test.each([
    ['the result was not proposed', state('q'), [student]],
    ['the result was not scored', state('y', 'x', 'x'), [student, { state: state('y', 'x', 'x'), parents: [0] }]],
    [
      'the student was not scored',
      state('y', 'x', 'x'),
      [{ state: student.state }, { state: state('y', 'x', 'x'), parents: [0], scores: [1] }],
    ],
    ['nothing was proposed', student.state, []],
  ] as const)('says nothing where %s', (_, result, tree) => {
    expect(attributed(result, tree)).toEqual([])
  })

  test('gives nothing to anybody where the student is the result', () => {
    expect(gainsOf(attributed(student.state, [student]))).toEqual([])
  })
})
