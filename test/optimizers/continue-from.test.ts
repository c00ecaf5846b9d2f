import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { continueFrom, regressionWarning, stillFailing } from '../../src/optimizers/continue-from.ts'
import { withDemos } from '../../src/search/demos.ts'
import { withInstructions } from '../../src/search/instructions.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { doubler } from '../contracts/doubling-task.ts'

interface Row {
  readonly text: string
  readonly label: string
  readonly source?: string
}

const program = predict('text -> label')
const model = scriptedModel([])
const row = (text: string, label: string): Row => ({ text, label })
const problem = { train: [row('a', 'x'), row('b', 'y')], dev: [row('c', 'x'), row('d', 'y')], metric: () => 1, model }

const instructed = (text: string) => ({ state: withInstructions(program.state, 'self', text) })

describe('continueFrom', () => {
  test('puts corrections first to learn from, and failures behind what is chosen by', () => {
    const since = { corrections: [row('new', 'x')], failures: [row('e', 'y'), row('d', 'y')] }
    const continued = continueFrom({ program }, problem, since)
    expect(continued.problem.train).toEqual([row('new', 'x'), row('a', 'x'), row('b', 'y')])
    expect(continued.problem.dev).toEqual([row('c', 'x'), row('d', 'y'), row('e', 'y')])
    expect(continued.regressions).toEqual([1, 2])
    expect(continued.program).toBe(program)
  })

  test('lets the correction win over the answer that stood in the data, and keeps the other fields of the row', () => {
    const train = [{ ...row('a', 'x'), source: 'web' }, row('b', 'y')]
    const corrections = [row('a', 'z'), row('c', 'z'), row('a', 'w')]
    const continued = continueFrom({ program }, { ...problem, train }, { corrections, failures: [row('c', 'old')] })
    expect(continued.problem.train).toEqual([{ ...row('a', 'w'), source: 'web' }, row('b', 'y')])
    expect(continued.problem.dev).toEqual([row('c', 'z'), row('d', 'y')])
    expect(continued).toMatchObject({ regressions: [0], relabeled: 2 })
  })

  test('moves a failure out of what is learned from, and says so where nothing is left there', () => {
    const moved = continueFrom({ program }, problem, { failures: [row('a', 'x')] })
    expect(moved.problem.train).toEqual([row('b', 'y')])
    expect(moved.problem.dev).toEqual([...problem.dev, row('a', 'x')])
    expect(() => continueFrom({ program }, problem, { failures: problem.train })).toThrow(
      expect.objectContaining({ code: 'data/empty' }),
    )
  })

  test('refuses failures without a development set', () => {
    const { dev: _, ...without } = problem
    expect(() => continueFrom({ program }, without, { failures: [row('e', 'x')] })).toThrow(
      expect.objectContaining({ code: 'configuration/missing' }),
    )
    expect(continueFrom({ program }, without, { corrections: [row('e', 'x')] }).problem).not.toHaveProperty('dev')
  })

  test('shows the correction instead of a demo that shows what was wrong', () => {
    const thinking = chainOfThought('text -> label')
    const shown = [
      { augmented: true, text: 'a', reasoning: 'It looks like an x.', label: 'x' },
      { text: 'b', label: 'y' },
    ]
    const earlier = thinking.withState(withDemos(thinking.state, () => shown))
    const continued = continueFrom({ program: earlier }, problem, { corrections: [row('a', 'z'), row('b', 'y')] })
    expect(Object.values(continued.program.state)[0]?.demos).toEqual([
      { text: 'a', label: 'z' },
      { text: 'b', label: 'y' },
    ])
    expect(continued.relabeled).toBe(2)
    expect(Object.values(earlier.state)[0]?.demos).toEqual(shown)
  })

  test('leaves such a demo out of a program of several predictors, and inner demos alone', () => {
    const inner = doubler()
    const [hint = '', solve = ''] = inner.predictors.map(({ path }) => path)
    const state = withDemos(inner.state, path =>
      path === hint ? [{ question: 'q', hint: 'h' }] : [{ question: 'q', hint: 'h', reasoning: 'r', answer: '1' }],
    )
    const data = { train: [{ question: 'o', answer: '0' }], metric: () => 1, model }
    const since = { corrections: [{ question: 'q', answer: '2' }] }
    const continued = continueFrom({ program: inner.withState(state) }, data, since)
    expect(continued.program.state[hint]?.demos).toEqual([{ question: 'q', hint: 'h' }])
    expect(continued.program.state[solve]?.demos).toEqual([])
  })

  test('tries the best other instructions of the earlier run again, four at most', () => {
    const candidates = ['five', '', 'four', 'five', 'three', 'two', 'one'].map(instructed)
    const own = predict(program.signature)
    const earlier = { program: own, candidates: [{ state: own.state }, ...candidates] }
    const given = continueFrom(earlier, { ...problem, instructions: ['given'] }, {}).problem.instructions
    expect(given).toEqual(['given', { self: 'five' }, { self: '' }, { self: 'four' }, { self: 'three' }])
  })

  test('loses no input, keeps the sets apart, and gives each correction its place', () => {
    const rows = fc.array(fc.record({ text: fc.constantFrom(...'abcdefgh'), label: fc.constantFrom('x', 'y') }))
    fc.assert(
      fc.property(rows, rows, rows, rows, (train, dev, corrections, failures) => {
        const textsOf = (...sets: readonly (readonly Row[])[]) => new Set(sets.flat().map(({ text }) => text))
        const learned = [...textsOf(train, corrections)].filter(text => !textsOf(dev, failures).has(text))
        fc.pre(learned.length > 0)
        const continued = continueFrom({ program }, { ...problem, train, dev }, { corrections, failures })
        const { train: toLearn, dev: toChoose = [] } = continued.problem
        expect(textsOf(toLearn)).toEqual(new Set(learned))
        expect(textsOf(toChoose)).toEqual(textsOf(dev, failures))
        const right = new Map(corrections.map(({ text, label }) => [text, label]))
        for (const { text, label } of [...toLearn, ...toChoose]) expect(label).toBe(right.get(text) ?? label)
        const isCorrection = toLearn.map(({ text }) => right.has(text))
        expect(isCorrection.lastIndexOf(true)).toBeLessThan(
          isCorrection.includes(false) ? isCorrection.indexOf(false) : 99,
        )
        expect(new Set(continued.regressions.map(place => toChoose[place]?.text))).toEqual(textsOf(failures))
      }),
    )
  })
})

describe('regression examples', () => {
  const continued = continueFrom({ program }, problem, { failures: [row('d', 'y'), row('e', 'x')] })
  const scored = {
    index: 0,
    label: 'student',
    state: program.state,
    score: 0.5,
    low: 0,
    high: 1,
    failures: 0,
    calls: 3,
  }

  test('are told where the result still fails them', () => {
    const failing = stillFailing({ state: program.state, candidates: [{ ...scored, scores: [1, 0.4, 1] }] }, continued)
    expect(failing).toEqual([1])
    expect(regressionWarning(failing?.length ?? 0, 2)?.message).toContain('1 of 2 rows')
    expect(regressionWarning(0, 2)).toBeUndefined()
  })

  test('are not known of a result that was scored on a part of them', () => {
    expect(
      stillFailing({ state: program.state, candidates: [{ ...scored, scores: [1, 1] }] }, continued),
    ).toBeUndefined()
    expect(stillFailing({ state: program.state, candidates: [] }, continued)).toBeUndefined()
    const none = continueFrom({ program }, problem, {})
    expect(stillFailing({ state: program.state, candidates: [] }, none)).toEqual([])
  })
})
