import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { knnDemos } from '../../src/modules/knn-demos.ts'
import { loadProgram } from '../../src/modules/load-program.ts'
import { predict } from '../../src/modules/predict.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import { knnFewShot } from '../../src/optimizers/knn-few-shot.ts'
import type { OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import { textOf } from '../../src/ports/message.ts'
import type { AnyModule } from '../../src/ports/module.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'
import { lexicalEmbedder } from '../../src/retrieval/lexical-embedder.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

/** Numbers are near that are near. */
const numbers = functionEmbedder({
  id: 'test/numbers',
  embed: texts => texts.map(text => [1, Number(/\d+/.exec(text)?.[0] ?? 0) / 100]),
})

describeOptimizer('knnFewShot', () => knnFewShot({ k: 3, embedder: numbers }))

const spam = [
  { text: 'win a prize now', label: 'spam' },
  { text: 'lunch at noon', label: 'ham' },
  { text: 'claim your free prize', label: 'spam' },
  { text: 'the meeting moved to noon', label: 'ham' },
  { text: 'cheap pills online', label: 'spam' },
]
const classify = () => predict('text -> label')
const embedder = lexicalEmbedder()
const rightly = scriptedModel(request => {
  const text = textOf(request.messages.at(-1) ?? { role: 'user', content: '' })
  return `[[ ## label ## ]]\n${/prize|pills/.test(text) ? 'spam' : 'ham'}`
})
const sameLabel = (example: { readonly label: string }, prediction: { readonly label: string }) =>
  example.label === prediction.label

/** The demos in front of an input, the text of each. */
const shown = async (program: AnyModule, text: string) => {
  const model = scriptedModel(['[[ ## label ## ]]\nham'])
  await program.run({ text } as never, { model })
  const turns = model.calls[0]?.messages.filter(({ role }) => role === 'user').slice(0, -1) ?? []
  return turns.map(turn => spam.find(row => textOf(turn).includes(row.text))?.text)
}

describe('the program of the result', () => {
  test('shows the rows nearest to its input, the nearest first', async () => {
    const { program, outcome } = await knnFewShot({ k: 2, embedder, maxBootstrappedDemos: 0 }).optimize(classify(), {
      train: spam,
      metric: sameLabel,
      model: scriptedModel([]),
    })
    expect(outcome).toBe('finished')
    expect(await shown(program, 'claim a free prize today')).toEqual(['claim your free prize', 'win a prize now'])
    expect(await shown(program, 'is lunch at noon or later?')).toEqual(['lunch at noon', 'the meeting moved to noon'])
  })

  test('is saved with its rows, and shows the same when it is loaded elsewhere', async () => {
    const { program } = await knnFewShot({ k: 2, embedder }).optimize(classify(), {
      train: spam,
      metric: sameLabel,
      model: rightly,
    })
    const text = await saveProgram(program)
    const loaded = knnDemos(await loadProgram(text, classify()), { embedder: lexicalEmbedder() })
    expect(loaded.state).toEqual(program.state)
    for (const input of ['claim a free prize today', 'noon', 'pills']) {
      expect(await shown(loaded, input)).toEqual(await shown(program, input))
    }
    expect(await saveProgram(loaded)).toBe(text)
    expect((await loadProgram(text)).kind).toBe('predict')
  })

  test('in a file that is loaded without the wrapper shows no neighbors', async () => {
    const { program } = await knnFewShot({ k: 2, embedder }).optimize(classify(), {
      train: spam,
      metric: sameLabel,
      model: rightly,
    })
    expect(await shown(await loadProgram(await saveProgram(program), classify()), 'prize')).toEqual([])
  })

  test('shows what the program made itself before what is labeled', async () => {
    const { program } = await knnFewShot({ k: 5, embedder }).optimize(classify(), {
      train: spam,
      metric: (example, prediction) => example.label === 'ham' && sameLabel(example, prediction),
      model: rightly,
    })
    const demos = program.state.self?.train.map(entry => (entry as { readonly demo: object }).demo)
    expect(demos).toContainEqual({ augmented: true, text: 'lunch at noon', label: 'ham' })
    expect(demos).toContainEqual({ text: 'win a prize now', label: 'spam' })
    const order = await shown(program, 'claim your free prize')
    expect(order.slice(0, 2).sort()).toEqual(['lunch at noon', 'the meeting moved to noon'])
    expect(order[2]).toBe('claim your free prize')
  })

  test('keeps the demos of the student in front', async () => {
    const student = predict('text -> label', { demos: [{ text: 'cheap pills online', label: 'spam' }] })
    const { program } = await knnFewShot({ k: 1, embedder, maxBootstrappedDemos: 0 }).optimize(student, {
      train: spam.slice(0, 4),
      metric: sameLabel,
      model: rightly,
    })
    expect(await shown(program, 'noon lunch')).toEqual(['cheap pills online', 'lunch at noon'])
  })

  test('embeds its rows once, and counts that apart', async () => {
    const asked: number[] = []
    const counting = functionEmbedder({
      id: 'test/counting',
      embed: texts => {
        asked.push(texts.length)
        return texts.map(text => [text.length, 1])
      },
    })
    const usage = usageLedger()
    const { program, usage: spent } = await knnFewShot({ k: 1, embedder: counting, usage }).optimize(classify(), {
      train: spam,
      dev: [{ text: 'a new prize', label: 'spam' }],
      metric: sameLabel,
      model: rightly,
    })
    expect(asked).toEqual([6]) // the training rows and that of the development set, in one batch
    expect(usage.total.calls).toBe(asked.length)
    const before = asked.length
    await Promise.all(['x', 'yy'].map(text => program.run({ text }, { model: rightly })))
    expect(asked.length - before).toBeLessThanOrEqual(2)
    expect(spent.calls).toBeLessThanOrEqual(5 + 2)
  })
})

describe('while it learns', () => {
  test('a teacher is shown rows near to its own, never the row itself', async () => {
    const seen: string[][] = []
    const model = scriptedModel(request => {
      const users = request.messages.filter(({ role }) => role === 'user').map(textOf)
      seen.push(users)
      return '[[ ## label ## ]]\nspam'
    })
    await knnFewShot({ k: 2, embedder }).optimize(classify(), { train: spam, metric: sameLabel, model, concurrency: 1 })
    expect(seen).toHaveLength(5)
    for (const [row, users] of seen.entries()) {
      expect(users).toHaveLength(3)
      expect(users.filter(user => user.includes(spam[row]?.text ?? '?'))).toHaveLength(1)
    }
    expect(seen[0]?.[0]).toContain('claim your free prize')
  })

  test('a development row is not shown a training row of the same inputs', async () => {
    const model = scriptedModel(request => {
      const users = request.messages.filter(({ role }) => role === 'user').map(textOf)
      const last = users.at(-1) ?? ''
      const isCopied = users.slice(0, -1).some(user => user.includes('lunch at noon') && last.includes('lunch at noon'))
      return `[[ ## label ## ]]\n${isCopied ? 'ham' : 'spam'}`
    })
    const { score, program } = await knnFewShot({ k: 5, embedder, maxBootstrappedDemos: 0 }).optimize(classify(), {
      train: spam,
      dev: [{ text: 'lunch at noon', label: 'ham' }],
      metric: sameLabel,
      model,
    })
    expect(score).toBe(0)
    expect(program.state.self?.train).toEqual([])
  })

  test('without labeled rows shows only what went well', async () => {
    const { program, outcome } = await knnFewShot({ k: 5, embedder, maxLabeledDemos: 0 }).optimize(classify(), {
      train: spam,
      metric: (example, prediction) => example.text.includes('prize') && sameLabel(example, prediction),
      model: rightly,
    })
    expect(outcome).toBe('finished')
    expect(await shown(program, 'prize')).toEqual(['win a prize now', 'claim your free prize'])
  })

  test('of a row that cannot be answered is left to its label, of a model that is down it is an error', async () => {
    const refused = new ModelError('model/request', 'no', { model: 'm', status: 400 })
    const problem = { train: spam, metric: sameLabel, budget: { tokens: 50_000 } }
    const some = scriptedModel(request => {
      const text = textOf(request.messages.at(-1) ?? { role: 'user', content: '' })
      return text.includes('win a prize') ? refused : '[[ ## label ## ]]\nham'
    })
    const { program } = await knnFewShot({ k: 5, embedder }).optimize(classify(), { ...problem, model: some })
    expect(program.state.self?.train).toHaveLength(5)
    expect(program.state.self?.train[0]).toMatchObject({ demo: { text: 'win a prize now', label: 'spam' } })
    const down = scriptedModel(() => refused)
    await expect(knnFewShot({ k: 5, embedder }).optimize(classify(), { ...problem, model: down })).rejects.toBe(refused)
  })

  test('that found nothing says so', async () => {
    const { outcome, program } = await knnFewShot({ k: 5, embedder, maxLabeledDemos: 0 }).optimize(classify(), {
      train: spam,
      metric: () => false,
      model: rightly,
    })
    expect(outcome).toBe('nothing')
    expect(program.state).toEqual(classify().state)
  })

  test('every predictor of a program has its own demos of the nearest rows', async () => {
    const train = doublings(1, 8)
    const events: OptimizerEvent[] = []
    const run = knnFewShot({ k: 2, embedder: numbers }).optimize(doubler(), {
      train,
      metric: isRight,
      model: doublingModel(),
    })
    for await (const event of run) events.push(event)
    const { program } = await run
    expect(events.filter(event => event.type === 'demo-tried')).toHaveLength(8)
    expect(Object.keys(program.state)).toEqual(['hint', 'steps[0].predict'])
    const model = doublingModel()
    await program.run({ question: 'What is twice 5?' }, { model })
    const demos = model.calls.map(({ messages }) => messages.filter(({ role }) => role === 'assistant').length)
    // A labeled row has no hint to show: there the predictor of hints has only what the program made itself.
    const hints = program.state.hint?.train as readonly { readonly input: { readonly question: string } }[]
    const near = [5, 4].filter(number => hints.some(({ input }) => input.question === `What is twice ${number}?`))
    expect(demos.slice(0, 2)).toEqual([near.length, 2])
  })
})

test.each([
  ['k', { k: 0 }],
  ['maxIterations', { k: 1, maxIterations: 0 }],
  ['maxLabeledDemos', { k: 1, maxLabeledDemos: -1 }],
  ['seed', { k: 1, seed: 0.5 }],
])('a wrong %s is refused', (option, options) => {
  expect(() => knnFewShot({ embedder, ...options })).toThrow(expect.objectContaining({ option }))
})
