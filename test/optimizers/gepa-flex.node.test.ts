import { expect, test } from 'vitest'
import { quickjsEngine } from '../../node/sandbox/quickjs-engine.ts'
import { flex } from '../../src/modules/flex.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { gepa } from '../../src/optimizers/gepa.ts'
import { textOf } from '../../src/ports/message.ts'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const interpreter = quickjsInterpreter({ engine: quickjsEngine })

const sums = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    question: `${from + index} + ${index}`,
    answer: String(from + 2 * index),
  }))

const metric = (row: { readonly answer: string }, prediction: { readonly answer: string }) => ({
  score: row.answer === prediction.answer ? 1 : 0,
  passed: row.answer === prediction.answer,
  feedback: `It is ${row.answer}.`,
})

/** A model that cannot add, and writes code when asked to: one version after the other. */
const writer = (...sources: readonly string[]) => {
  let written = 0
  const seen: string[] = []
  const model = scriptedModel(({ messages }) => {
    const text = messages.map(textOf).join('\n')
    if (!text.includes('[[ ## current_code ## ]]')) return '[[ ## answer ## ]]\nno idea'
    seen.push(text)
    const source = sources[Math.min(written++, sources.length - 1)]
    return `[[ ## findings ## ]]\nIt cannot add.\n\n[[ ## code ## ]]\n${source}`
  })
  return { model, seen }
}

const adding = `async function forward(inputs) {
  const [one, other] = inputs.question.split(' + ').map(Number)
  return { answer: String(one + other) }
}`

test('the code of a flex is rewritten, and what came of it is shown to the prompt model', async () => {
  const { model, seen } = writer(`\`\`\`javascript\n${adding}\n\`\`\``)
  const problem = { train: sums(1, 6), dev: sums(20, 6), metric, model, interpreter }
  const { state, score, baseline, proposed } = await gepa().optimize(flex('question -> answer'), problem)
  expect([baseline, score]).toEqual([0, 1])
  expect(state.self?.module_src).toBe(adding)
  expect(proposed.at(-1)?.change).toEqual({ by: 'reflection', paths: ['self'], parts: ['code'] })
  expect(seen[0]).toContain('async function forward(inputs)')
  expect(seen[0]).toMatch(/Feedback: "It is \d+\."/)
})

test.each([
  ['does not compile', 'async function forward(inputs) { return {'],
  ['asks with a signature that is none', "async function forward(inputs) { return predict('->->', inputs) }"],
  ['asks too often', "async function forward(inputs) { for (;;) await predict('question -> answer', inputs) }"],
  ['throws', "async function forward(inputs) { throw new Error('forward is lost') }"],
  ['is Python', 'class Forward(dspy.Module):\n    def forward(self): pass'],
  ['is none', 'I would rather not.'],
])('code that %s is a bad candidate, and the search goes on', async (_, source) => {
  const { model } = writer(source, adding)
  const problem = { train: sums(1, 6), dev: sums(20, 6), metric, model, interpreter }
  const student = flex('question -> answer', { maxPredictorCalls: 3 })
  const { score } = await gepa().optimize(student, problem)
  expect(score).toBe(1)
})

test('a budget of calls ends a search over code that asks too often, and the student comes back', async () => {
  const { model } = writer("async function forward(inputs) { for (;;) await predict('question -> answer', inputs) }")
  const budget = { calls: 14 }
  const problem = { train: sums(1, 6), dev: sums(20, 6), metric, model, interpreter, budget }
  const student = flex('question -> answer')
  const { outcome, calls, state } = await gepa().optimize(student, problem)
  expect(outcome).toBe('stopped')
  expect(calls).toBeLessThanOrEqual(14)
  expect(state).toEqual(student.state)
})

test('code and instructions of one program take turns', async () => {
  const student = program(
    'question -> answer',
    { tidy: predict('question -> tidied'), add: flex('question -> answer') },
    async ({ question }, { tidy, add }) => {
      await tidy({ question })
      return add({ question })
    },
  )
  const { model } = writer(adding)
  const asking = scriptedModel(async request => {
    const text = request.messages.map(textOf).join('\n')
    if (text.includes('current_instructions'))
      return '[[ ## findings ## ]]\nNone.\n\n[[ ## instructions ## ]]\nTidy up.'
    if (text.includes('[[ ## tidied ## ]]\n{tidied}')) return '[[ ## tidied ## ]]\nso'
    return (await model.generate(request)).completions[0]?.text ?? ''
  })
  const problem = { train: sums(1, 6), dev: sums(20, 6), metric, model: asking, interpreter }
  const { score, proposed } = await gepa().optimize(student, problem)
  expect(score).toBe(1)
  const parts = proposed.flatMap(({ change }) => change?.parts ?? [])
  expect(parts).toEqual(['instructions', 'code'])
})
