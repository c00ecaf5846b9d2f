import { describe, expect, test } from 'vitest'
import { exactMatch } from '../../src/evaluation/exact-match.ts'
import { predict } from '../../src/modules/predict.ts'
import { type BootstrapFewShotOptions, bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import type { Problem } from '../../src/search/problem.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('bootstrapFewShot', () => bootstrapFewShot({ maxIterations: 2 }))

const student = predict('question -> answer')
const train = Array.from({ length: 20 }, (_, index) => ({ question: `Is ${index} even?`, answer: 'yes' }))
const saying = (answer: string) => scriptedModel(() => `[[ ## answer ## ]]\n${answer}`)

const optimize = (options: BootstrapFewShotOptions, problem: Partial<Problem<(typeof train)[number]>> = {}) =>
  bootstrapFewShot(options).optimize(student, { train, metric: exactMatch(), model: saying('yes'), ...problem })

describe('bootstrapFewShot', () => {
  test.each([
    [{}, 4, 12],
    [{ maxDemos: 5 }, 5, 0],
    [{ maxBootstrappedDemos: 2, maxLabeledDemos: 5 }, 2, 3],
    [{ maxBootstrappedDemos: 3, maxLabeledDemos: 0 }, 3, 0],
    [{ maxDemos: 6, maxBootstrappedDemos: 1 }, 1, 5],
    [{ maxDemos: 50 }, 20, 0],
  ])('with %j it gives %i demos of its own and %i labeled ones', async (options, own, labeled) => {
    const demos = (await optimize(options)).state.self?.demos ?? []
    expect(demos.filter(demo => demo.augmented)).toHaveLength(own)
    expect(demos.filter(demo => !demo.augmented)).toHaveLength(labeled)
    expect(new Set(demos.map(demo => demo.question)).size).toBe(demos.length)
  })

  test('says that it found nothing where nothing went well', async () => {
    const { outcome, state } = await optimize({ maxLabeledDemos: 0 }, { model: saying('no') })
    expect(outcome).toBe('nothing')
    expect(state).toEqual(student.state)
  })

  test('falls back on labeled rows where nothing went well', async () => {
    const { outcome, state } = await optimize({ maxLabeledDemos: 3 }, { model: saying('no') })
    expect([outcome, state.self?.demos.length]).toEqual(['finished', 3])
  })

  test('lets a stronger model teach, within the same budget', async () => {
    const teacher = saying('yes')
    const model = saying('no')
    const run = optimize({ maxDemos: 3, teacher: { context: { model: teacher } } }, { model, budget: { calls: 10 } })
    const { state, calls } = await run
    expect(state.self?.demos.every(demo => demo.augmented && demo.answer === 'yes')).toBe(true)
    expect([teacher.calls.length, model.calls.length, calls]).toEqual([3, 0, 3])
  })

  test('lets the student teach with what it was told to know', async () => {
    const model = saying('yes')
    const shown = predict('question -> answer', { demos: [{ question: 'Is 2 even?', answer: 'of course' }] })
    await optimize({ maxDemos: 1, teacher: { state: shown.state } }, { model })
    expect(JSON.stringify(model.calls)).toContain('of course')
  })

  test('keeps what it has when the budget ends, and still knows its score', async () => {
    const dev = [{ question: 'Is 100 even?', answer: 'yes' }]
    const unsure = scriptedModel(({ messages }) => {
      const demos = messages.filter(({ role }) => role === 'assistant').length
      return `[[ ## answer ## ]]\n${demos > 0 ? 'yes' : 'no'}`
    })
    const { outcome, score, calls, state } = await optimize(
      { maxBootstrappedDemos: 8, maxLabeledDemos: 2, batchSize: 1, seed: 3 },
      { model: unsure, dev, budget: { calls: 10 } },
    )
    expect({ outcome, score, calls }).toEqual({ outcome: 'finished', score: 1, calls: 10 })
    expect(state.self?.demos).toHaveLength(8)
    const short = await optimize(
      { maxBootstrappedDemos: 8, maxLabeledDemos: 2 },
      { model: unsure, dev, budget: { calls: 9 } },
    )
    expect(short).toMatchObject({ outcome: 'stopped', score: 1, calls: 9 })
    expect(short.state.self?.demos).toHaveLength(7)
  })

  test('has a prediction and a row in its metric, and a typed program in its result', async () => {
    const classify = predict("text -> label: 'a' | 'b'")
    const rows: readonly Record<string, unknown>[] = [{ text: 'x', label: 'a' }]
    const model = scriptedModel(() => '[[ ## label ## ]]\na')
    const { program } = await bootstrapFewShot().optimize(classify, {
      train: rows,
      dev: [{ text: 'y', label: 'a' }],
      metric: (example, prediction) => prediction.label === example.label,
      model,
    })
    const { label }: { label: 'a' | 'b' } = await program.run({ text: 'z' }, { model })
    expect(label).toBe('a')
  })

  test.each([{ maxIterations: 0 }, { batchSize: 0.5 }, { maxDemos: -1 }, { maxLabeledDemos: 1.5 }])(
    'refuses %j',
    options => {
      expect(() => bootstrapFewShot(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
    },
  )
})
