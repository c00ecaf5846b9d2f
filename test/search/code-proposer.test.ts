import { expect, test } from 'vitest'
import { flex } from '../../src/modules/flex.ts'
import { textOf } from '../../src/ports/message.ts'
import { reflectOnCode } from '../../src/search/code-proposer.ts'
import type { Observation } from '../../src/search/observation.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const student = flex('question -> answer')

const observation: Observation = {
  ...{ candidate: 0, part: 'train', row: 0, score: 0, passed: false, trace: [] },
  error: new Error('inputs.text is undefined'),
  feedback: 'It is 4.',
}

const written = async (code: string) => {
  const model = scriptedModel(() => `[[ ## findings ## ]]\nIt cannot add.\n\n[[ ## code ## ]]\n${code}`)
  const problem = { train: [{ question: '2 + 2', answer: '4' }], metric: () => 0, model }
  const run = searchRun(student, problem, { seed: 0, leaving: new AbortController().signal })
  const candidate = { index: 0, label: 'student', state: student.state }
  const steps = reflectOnCode(run, [{ candidate, path: 'self', observations: [observation] }], { wishes: 'Be short.' })
  const problems: string[] = []
  let step = await steps.next()
  for (; !step.done; step = await steps.next())
    if (step.value.type === 'proposal-failed') problems.push(step.value.error)
  return { texts: step.value, problems, prompt: model.calls[0]?.messages.map(textOf).join('\n') ?? '' }
}

const code = 'async function forward(inputs) { return { answer: 4 } }'

test('the prompt model sees the code, what came of it, and what it may call', async () => {
  const { texts, prompt } = await written(code)
  expect(texts).toEqual([code])
  expect(prompt).toContain('await predict(signature, inputs, instructions)')
  expect(prompt).toContain('Be short.')
  expect(prompt).toContain('[[ ## current_code ## ]]\nasync function forward(inputs) {')
  expect(prompt).toContain('It failed: "inputs.text is undefined"\nRight would have been:\nanswer: "4"')
})

test('code loses its fence', async () => {
  expect((await written(`\`\`\`js\n${code}\n\`\`\``)).texts).toEqual([code])
})

test.each([
  ['Python', 'class Forward(dspy.Module):\n    pass', 'Expected JavaScript, got Python.'],
  ['no function', 'Let us see.', 'Expected code that declares forward(inputs).'],
  ['what there is', String(student.state.self?.module_src), 'Expected something new, got what there is.'],
])('%s is no code to try', async (_, given, problem) => {
  const { texts, problems } = await written(given)
  expect(texts).toEqual([undefined])
  expect(problems).toEqual([problem])
})
