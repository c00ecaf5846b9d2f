import { describe, expect, test } from 'vitest'
import {
  bootstrapFewShot,
  cached,
  evaluate,
  exactMatch,
  loadProgram,
  logTracer,
  memoryStorage,
  predict,
  saveProgram,
  split,
} from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/index.ts'

/** A model that can tell only with a demo of the label's name in sight. */
const pupil = () =>
  scriptedModel(({ messages }) => {
    const text = messages.map(message => String(message.content)).join('\n')
    const question = String(messages.at(-1)?.content)
    const knows = text.includes('\nsunny\n') && text.includes('\nrainy\n')
    const label = question.includes('bright') ? 'sunny' : 'rainy'
    return `[[ ## label ## ]]\n${knows ? label : 'unknown'}\n\n[[ ## completed ## ]]`
  })

const rows = Array.from({ length: 24 }, (_, index) => ({
  text: `${index % 2 === 0 ? 'bright' : 'dark'} day ${index}`,
  label: index % 2 === 0 ? 'sunny' : 'rainy',
}))

describe('the core in a browser', () => {
  test('optimizes a program, scores it, and saves what it learned', async () => {
    const { train, dev, test: heldOut } = split(rows, { train: 1 / 3, dev: 1 / 3, test: 1 / 3, seed: 1 })
    const model = cached(pupil(), { storage: memoryStorage() })
    const student = predict('text -> label')
    const metric = exactMatch()
    const before = await evaluate(student, { examples: heldOut, metric, model })
    const { program } = await bootstrapFewShot({ maxDemos: 4 }).optimize(student, { train, dev, metric, model })
    const after = await evaluate(program, { examples: heldOut, metric, model })
    expect([before.score, after.score]).toEqual([0, 1])
    const loaded = await loadProgram(await saveProgram(program))
    expect(loaded.state).toEqual(program.state)
  })

  test('logs what runs, and neither what was asked nor a key', async () => {
    const lines: string[] = []
    const tracer = logTracer({ write: line => lines.push(line), secrets: ['Zq7vR2x9KpW4mT8s'] })
    const model = scriptedModel(['[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]'])
    await predict('question -> answer').run({ question: 'the capital?' }, { model, tracer })
    tracer.start({ kind: 'tool', name: `call ${btoa('me:Zq7vR2x9KpW4mT8s')}` }).end({})
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { kind: 'model', span: '3', parent: '1' },
      { kind: 'predictor', span: '1' },
      { kind: 'tool', name: expect.stringContaining('[redacted]') },
    ])
    expect(lines.join('')).not.toMatch(/capital|Paris/)
  })

  test('streams the fields of an answer', async () => {
    const model = scriptedModel(['[[ ## answer ## ]]\nParis, of course\n\n[[ ## completed ## ]]'])
    let told = ''
    for await (const event of predict('question -> answer').stream({ question: 'q' }, { model })) {
      if (event.type === 'field') told += event.delta
    }
    expect(told).toBe('Paris, of course')
  })
})
