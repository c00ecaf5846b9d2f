import { describe, expect, test } from 'vitest'
import { evaluate } from '../../src/evaluation/evaluate.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import { predict } from '../../src/modules/predict.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { sandboxedMetric } from '../../src/sandbox/index.ts'
import { scriptedModel } from '../../src/testing/index.ts'

const labels = predict("text -> label: 'pos' | 'neg'")
const rows = Array.from({ length: 8 }, (_, index) => ({ text: `row ${index}`, label: index % 2 === 0 ? 'pos' : 'neg' }))
/** Says `pos` to everything: right for every other row. */
const model = () => scriptedModel(() => '[[ ## label ## ]]\npos\n\n[[ ## completed ## ]]')
const same = 'export default (example, prediction) => example.label === prediction.label'

/** Metrics from source, through evaluate() and an optimizer. */
export const describeSandboxedMetric = (name: string, make: () => Sandbox): void => {
  const sandbox = make()
  const scoreOf = (metric: Metric<(typeof rows)[number], { label: string }>) =>
    evaluate(labels, { examples: rows, metric, model: model() })

  describe(`sandboxedMetric in ${name}`, () => {
    test('judges as the same function of the host does', async () => {
      const inside = await scoreOf(sandboxedMetric(same, { sandbox, name: 'same' }))
      const outside = await scoreOf({ name: 'same', evaluate: (a, b) => a.label === b.label })
      expect(inside.score).toBe(0.5)
      expect(inside.results.map(({ score, passed }) => [score, passed])).toEqual(
        outside.results.map(({ score, passed }) => [score, passed]),
      )
    })

    test('gives feedback and details, and nothing else', async () => {
      const source =
        'export default () => ({ score: 0.25, passed: true, feedback: "more", details: { a: 1 }, extra: 2, then: 3 })'
      const metric = sandboxedMetric(source, { sandbox })
      expect(await metric.evaluate({}, {})).toEqual({ score: 0.25, passed: true, feedback: 'more', details: { a: 1 } })
    })

    test('sees the trace only while somebody looks for demos', async () => {
      const metric = sandboxedMetric('export default (...given) => given.length', { sandbox })
      expect([await metric.evaluate({}, {}), await metric.evaluate({}, {}, [])]).toEqual([2, 3])
    })

    test.each(['"1"', 'null', '[1]', '{ score: "1", passed: true }', '{ score: 1 }', 'NaN'])(
      'refuses %s as a judgement',
      async value => {
        const metric = sandboxedMetric(`export default () => (${value})`, { sandbox })
        await expect(metric.evaluate({}, {})).rejects.toHaveProperty('code', 'sandbox/output')
      },
    )

    test('a row on which it never ends scores as a failure, and the others as they should', async () => {
      const source =
        'export default (example, prediction) => { if (example.text === "row 3") for (;;) {} return example.label === prediction.label }'
      const { score, results } = await scoreOf(sandboxedMetric(source, { sandbox, limits: { steps: 1_000_000 } }))
      expect(score).toBe(0.5)
      expect(results.map(({ error }) => error !== undefined)).toEqual(rows.map((_, index) => index === 3))
      expect(results[3]?.error).toHaveProperty('code', 'sandbox/time')
    })

    test('source that cannot be used ends the evaluation', async () => {
      await expect(scoreOf(sandboxedMetric('export default (', { sandbox }))).rejects.toHaveProperty(
        'code',
        'sandbox/source',
      )
    })

    test('drives an optimizer', async () => {
      const { state, outcome } = await bootstrapRandomSearch({
        candidates: 1,
        maxBootstrappedDemos: 1,
        maxLabeledDemos: 1,
      }).optimize(labels, {
        train: rows.slice(0, 4),
        dev: rows.slice(4),
        metric: sandboxedMetric(same, { sandbox }),
        model: model(),
      })
      expect(outcome).toBe('finished')
      expect(state).toBeDefined()
    })
  })
}
