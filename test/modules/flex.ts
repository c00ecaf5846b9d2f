import { describe, expect, test } from 'vitest'
import {
  type CodeInterpreter,
  flex,
  loadProgram,
  predict,
  program,
  saveProgram,
  tool,
  usageLedger,
} from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/index.ts'

const said = (values: Readonly<Record<string, string>>): string =>
  `${Object.entries(values)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`)
    .join('')}[[ ## completed ## ]]`

const double = tool({
  name: 'double',
  description: 'Doubles a number.',
  parameters: { type: 'object', properties: { number: { type: 'number' } }, required: ['number'] },
  run: ({ number }) => Number(number) * 2,
})

/** A source that an optimizer could have written: two predictors and plain code. */
const decomposed = `
async function forward(inputs) {
  const parts = inputs.question.split(' and ')
  const answers = await Promise.all(parts.map(part => predict('part -> number: int', { part }, 'Give the number.')))
  const sum = answers.reduce((total, { number }) => total + number, 0)
  return { answer: await double({ number: sum }) }
}`

/** Flex with an interpreter in its real runtime. */
export const describeFlex = (runtime: string, make: () => CodeInterpreter): void => {
  const interpreter = make()

  describe(`flex in ${runtime}`, () => {
    const sums = flex('question -> answer: int', { tools: [double] })
    const learned = sums.withState({
      self: {
        traces: [],
        train: [],
        demos: [],
        signature: { instructions: '', fields: [] },
        lm: null,
        module_src: decomposed,
      },
    })

    test('begins as one question to the model', async () => {
      const model = scriptedModel([said({ answer: '4' })])
      const { answer } = await sums.run({ question: 'two and two' }, { model, interpreter })
      const typed: number = answer
      expect(typed).toBe(4)
      expect(JSON.stringify(model.calls[0]?.messages)).toContain('two and two')
    })

    test('does what its learned source does: predictors at once, plain code, tools', async () => {
      const model = scriptedModel([said({ number: '1' }), said({ number: '20' })])
      const usage = usageLedger()
      expect(await learned.run({ question: 'one and twenty' }, { model, interpreter, usage })).toEqual({ answer: 42 })
      expect(usage.total.calls).toBe(2)
      expect(model.calls.map(({ messages }) => JSON.stringify(messages)).join()).toContain('Give the number.')
    })

    test('keeps its source in a file as DSPy has it, alone and inside a program', async () => {
      const saved = await saveProgram(learned)
      const { metadata: _, ...state } = JSON.parse(saved)
      expect(state).toEqual({ module_src: decomposed, lm: null })
      expect((await loadProgram(saved, sums)).state).toEqual(learned.state)
      const whole = (inner: typeof sums) =>
        program('question -> answer: int', { inner, ask: predict('a -> b') }, (input, { inner }) => inner(input))
      const file = await saveProgram(whole(learned))
      expect(JSON.parse(file).inner).toEqual({ module_src: decomposed, lm: null })
      const loaded = await loadProgram(file, whole(sums))
      const model = scriptedModel([said({ number: '1' }), said({ number: '2' })])
      expect(await loaded.run({ question: 'one and two' }, { model, interpreter })).toEqual({ answer: 6 })
    })

    test('refuses a file of another kind of module, and Python, without running it', async () => {
      const other = await saveProgram(predict('question -> answer'))
      await expect(loadProgram(other, sums)).rejects.toMatchObject({ code: 'program-file/mismatch' })
      await expect(loadProgram(await saveProgram(learned), predict('question -> answer'))).rejects.toMatchObject({
        code: 'program-file/mismatch',
      })
      const python = JSON.stringify({ module_src: 'class FlexModule(dspy.Module):\n    pass', lm: null })
      const loaded = await loadProgram(python, sums)
      expect(JSON.parse(await saveProgram(loaded)).module_src).toContain('class FlexModule')
      const model = scriptedModel([])
      await expect(loaded.run({ question: 'q' }, { model, interpreter })).rejects.toMatchObject({
        code: 'configuration/invalid',
        message: expect.stringContaining('Python'),
      })
    })

    test.each([
      ['loops without end', 'async function forward() { for (;;) {} }', 'sandbox/time'],
      ['throws', 'async function forward() { throw new Error("no") }', 'sandbox/thrown'],
      ['has no forward', 'const nothing = 1', 'sandbox/thrown'],
      ['reaches for the network', 'async function forward() { return fetch("http://a.test") }', 'sandbox/thrown'],
      ['gives something else', 'async function forward() { return { other: 1 } }', 'prediction/invalid'],
      ['asks without end', 'async function forward() { for (;;) await predict("a -> b", { a: "x" }) }', 'budget/calls'],
      ['gives no signature', 'async function forward() { return predict("nonsense", {}) }', 'signature/parse'],
    ])('a source that %s ends in a named error', async (_, source, code) => {
      const model = scriptedModel(() => said({ b: 'y' }))
      const bad = flex('question -> answer: int', { source, maxPredictorCalls: 5 })
      await expect(bad.run({ question: 'q' }, { model, interpreter })).rejects.toMatchObject({ code })
      expect(model.calls.length).toBeLessThanOrEqual(5)
    })

    test('needs an interpreter', async () => {
      const run = flex('question -> answer').run({ question: 'q' }, { model: scriptedModel([]) })
      await expect(run).rejects.toMatchObject({ code: 'configuration/missing' })
    })
  })
}
