import { describe, expect, test } from 'vitest'
import { demoPool, hasPool, withPool } from '../../src/modules/demo-pool.ts'
import { knnDemos } from '../../src/modules/knn-demos.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { textOf } from '../../src/ports/message.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

/** A text of a number lies at an angle that grows with it. */
const line = () => {
  const asked: string[][] = []
  const embedder = functionEmbedder({
    id: 'test/line',
    embed: texts => {
      asked.push([...texts])
      return texts.map(text => [1, Number(/-?\d+/.exec(text)?.[0] ?? 0) / 10])
    },
  })
  return { embedder, asked }
}

const pooled = [1, 2, 3, 8, 9].map(number => ({
  input: { question: `${number}` },
  demo: { question: `${number}`, answer: `answer ${number}` },
}))
const plain = predict('question -> answer')
const known = plain.withState(withPool(plain.state, 2, () => pooled))
const answering = () => scriptedModel(() => '[[ ## answer ## ]]\nyes')
const answersShown = (messages: readonly Parameters<typeof textOf>[0][]) =>
  messages.filter(({ role }) => role === 'assistant').map(turn => Number(/answer (\d)/.exec(textOf(turn))?.[1]))

describe('a program with a pool of demos', () => {
  test.each([
    ['2', undefined, [2, 3]],
    ['9', undefined, [9, 8]],
    ['7', 3, [8, 9, 3]],
    ['0', 1, [1]],
    ['5', 99, [3, 8, 9, 2, 1]],
  ])('shows for %s, k %s, those nearest', async (question, k, expected) => {
    const model = answering()
    const { embedder } = line()
    await knnDemos(known, { embedder, ...(k !== undefined && { k }) }).run({ question }, { model })
    expect(answersShown(model.calls[0]?.messages ?? []).toSorted()).toEqual(expected.toSorted())
    expect(answersShown(model.calls[0]?.messages ?? [])[0]).toBe(expected[0])
  })

  test('hides the row of the input itself where it is told so', async () => {
    const model = answering()
    await knnDemos(known, { embedder: line().embedder, sameInput: 'hide' }).run({ question: '2' }, { model })
    expect(answersShown(model.calls[0]?.messages ?? []).toSorted()).toEqual([1, 3])
  })

  test('embeds the pool once, for runs and streams together', async () => {
    const { embedder, asked } = line()
    const wrapped = knnDemos(known, { embedder })
    const model = answering()
    await Promise.all(['1', '2', '3'].map(question => wrapped.run({ question }, { model })))
    const events: string[] = []
    for await (const event of wrapped.stream({ question: '9' }, { model })) events.push(event.type)
    expect(asked.filter(texts => texts.length > 1)).toHaveLength(1)
    expect(asked).toHaveLength(5)
    expect(events.at(-1)).toBe('prediction')
    expect(answersShown(model.calls.at(-1)?.messages ?? [])).toEqual([9, 8])
  })

  test('looks like the program itself', () => {
    const wrapped = knnDemos(known, { embedder: line().embedder })
    expect([wrapped.kind, wrapped.signature, wrapped.state]).toEqual([known.kind, known.signature, known.state])
    expect(wrapped.predictors.map(({ path }) => path)).toEqual(['self'])
    expect(wrapped.withState(plain.state).state).toEqual(plain.state)
  })

  test('runs inside other programs, by the path it has there', async () => {
    const whole = program(
      'question -> answer',
      { ask: knnDemos(known, { embedder: line().embedder }) },
      (input, { ask }) => ask(input),
    )
    const model = answering()
    await whole.run({ question: '9' }, { model })
    expect(answersShown(model.calls[0]?.messages ?? [])).toEqual([9, 8])
    const emptied = whole.withState({ ask: { ...(whole.state.ask ?? { ...plain.state.self }), train: [] } as never })
    await emptied.run({ question: '9' }, { model })
    expect(answersShown(model.calls[1]?.messages ?? [])).toEqual([])
  })

  test('passes an abort on as it came', async () => {
    const reason = new DOMException('The user went home.', 'AbortError')
    const running = knnDemos(known, { embedder: line().embedder }).run(
      { question: '1' },
      { model: answering(), signal: AbortSignal.abort(reason) },
    )
    await expect(running).rejects.toBe(reason)
  })
})

test('without a pool the program runs as it is, and nothing is embedded', async () => {
  const { embedder, asked } = line()
  await knnDemos(plain, { embedder, k: 2 }).run({ question: '1' }, { model: answering() })
  expect([asked, hasPool(plain.state), hasPool(known.state)]).toEqual([[], false, true])
})

test('a pool of unknown k needs one', async () => {
  const { neighbors: _, ...rest } = known.state.self ?? plain.state.self ?? ({} as never)
  const wrapped = knnDemos(plain.withState({ self: rest }), { embedder: line().embedder })
  await expect(wrapped.run({ question: '1' }, { model: answering() })).rejects.toMatchObject({ option: 'k' })
  expect(() => knnDemos(plain, { embedder: line().embedder, k: 0 })).toThrow(expect.objectContaining({ option: 'k' }))
})

test('what a file has in `train` that is no pooled demo is left alone', () => {
  const state = {
    self: {
      ...(plain.state.self as NonNullable<typeof plain.state.self>),
      train: ['x', null, { input: 1 }, [1], { demo: {} }],
    },
  }
  expect(demoPool(state, ['question']).texts).toEqual([])
  expect(hasPool(state)).toBe(false)
})
