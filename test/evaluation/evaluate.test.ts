import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { StorageError } from '../../src/errors/storage-error.ts'
import { type EvaluationEvent, evaluate } from '../../src/evaluation/evaluate.ts'
import { exactMatch } from '../../src/evaluation/exact-match.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { type Script, scriptedModel } from '../../src/testing/scripted-model.ts'

const classify = predict("text -> label: 'a' | 'b'")
const rowsOf = (labels: string) => Array.from(labels, (label, index) => ({ text: `row ${index}.`, label }))
const metric = exactMatch()

/** Which row a request is about. */
const rowIn = (request: Parameters<LanguageModel['generate']>[0]): number => {
  const asked = request.messages.findLast(message => message.role === 'user')
  return Number(/row (\d+)\./.exec(asked === undefined ? '' : textOf(asked))?.[1])
}
const says = (label: string) => `[[ ## label ## ]]\n${label}\n\n[[ ## completed ## ]]`
const model = scriptedModel(() => says('a'))

/** Answers by the number of the row, some turns later. */
const modelOf = (answer: (row: number) => string | Error, turns: (row: number) => number = () => 0) =>
  scriptedModel((async request => {
    for (let turn = 0; turn < turns(rowIn(request)); turn += 1) await Promise.resolve()
    return answer(rowIn(request))
  }) satisfies Script)

const eventsOf = async <Event>(run: AsyncIterable<Event>): Promise<Event[]> => {
  const events: Event[] = []
  for await (const event of run) events.push(event)
  return events
}

describe('evaluate', () => {
  test('gives the mean with its interval, and each example in order', async () => {
    const result = await evaluate(classify, { examples: rowsOf('aabab'), metric, model })
    expect(result).toMatchObject({ score: 0.6, n: 5, failures: 0 })
    expect(result.low).toBeLessThan(0.6)
    expect(result.high).toBeGreaterThan(0.6)
    expect(result.results.map(({ index, score, passed }) => [index, score, passed])).toEqual([
      [0, 1, true],
      [1, 1, true],
      [2, 0, false],
      [3, 1, true],
      [4, 0, false],
    ])
    expect(result.results[2]).toMatchObject({ example: { label: 'b' }, prediction: { label: 'a' } })
  })

  test('is the same at every concurrency, whoever finishes first', async () => {
    const examples = rowsOf('abbaabab')
    const run = (concurrency: number, salt: number) =>
      evaluate(classify, {
        examples,
        metric,
        model: modelOf(
          row => (row === 4 ? new Error('down') : says('a')),
          row => (row * salt * 7) % 50,
        ),
        concurrency,
      })
    const alone = await run(1, 0)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 64 }), fc.nat(1_000), async (concurrency, salt) => {
        expect(await run(concurrency, salt)).toEqual(alone)
      }),
      { numRuns: 20 },
    )
  })

  test('runs as many examples at once as it may', async () => {
    let inFlight = 0
    let most = 0
    const counting: LanguageModel = {
      ...model,
      async generate(request) {
        most = Math.max(most, ++inFlight)
        await new Promise(resolve => setTimeout(resolve, 1))
        inFlight -= 1
        return model.generate(request)
      },
    }
    await evaluate(classify, { examples: rowsOf('aaaaaaaaaa'), metric, model: counting, concurrency: 3 })
    expect(most).toBe(3)
  })

  test('tells each example as it finishes, and how many are done', async () => {
    const slowFirst = modelOf(
      () => says('a'),
      row => (row === 0 ? 50 : 0),
    )
    const events = await eventsOf(evaluate(classify, { examples: rowsOf('aaa'), metric, model: slowFirst }))
    const described = events.map((event: EvaluationEvent) =>
      event.type === 'example-finished' ? [event.result.index, event.finished, event.total] : event.type,
    )
    expect(described).toEqual(['evaluation-started', [1, 1, 3], [2, 2, 3], [0, 3, 3], 'evaluation-finished'])
  })

  test('shows the program its inputs only, never the labels', async () => {
    const inner = scriptedModel(() => says('a'))
    await evaluate(classify, { examples: [{ text: 'row 0.', label: 'a', note: 'a secret' }], metric, model: inner })
    expect(JSON.stringify(inner.calls)).not.toContain('secret')
  })

  test('counts a failing run or metric as the failure score, apart', async () => {
    const failing = modelOf(row => (row === 1 ? new ModelError('model/server', 'down', { model: 'x' }) : says('a')))
    const { score, failures, results } = await evaluate(classify, {
      examples: rowsOf('aaaa'),
      metric: ({ text }) => {
        if (text === 'row 2.') throw new TypeError('a mistake in the metric')
        return true
      },
      model: failing,
      failureScore: -1,
    })
    expect({ score, failures }).toEqual({ score: 0, failures: 2 })
    expect(results[1]).toMatchObject({ score: -1, passed: false, error: { code: 'model/server' } })
    expect(results[1]).not.toHaveProperty('prediction')
    expect(results[2]).toMatchObject({ prediction: { label: 'a' }, error: { name: 'TypeError' } })
  })

  test.each([
    ['a refused key', new ModelError('model/authentication', 'no', { model: 'x' }), 'model/authentication'],
    ['a script that ran out', new ModelError('model/script', 'no', { model: 'x' }), 'model/script'],
  ])('stops at %s, after what is in flight', async (_, error, code) => {
    const refusing = modelOf(row => (row === 3 ? error : says('a')))
    const run = evaluate(classify, { examples: rowsOf('a'.repeat(50)), metric, model: refusing, concurrency: 2 })
    await expect(run).rejects.toMatchObject({ code })
    expect(refusing.calls.length).toBeLessThan(8)
  })

  test.each([
    ['a full journal', new StorageError('storage/quota', 'full', { key: 'k' }), 'storage/quota'],
    ['an unknown model', new ModelError('model/request', 'no', { model: 'x', status: 404 }), 'model/request'],
  ])('stops at %s', async (_, error, code) => {
    const failing = modelOf(row => (row === 3 ? error : says('a')))
    await expect(evaluate(classify, { examples: rowsOf('aaaaa'), metric, model: failing })).rejects.toMatchObject({
      code,
    })
  })

  test.each(['model/request', 'model/transport', 'model/server'] as const)(
    'throws %s of the first example where no example was answered, and scores it where one was',
    async code => {
      const down = (row: number) => new ModelError(code, `row ${row}`, { model: 'x', status: 400 })
      const all = modelOf(down, row => 9 - row)
      const run = (answering: LanguageModel) =>
        evaluate(classify, { examples: rowsOf('aaaa'), metric, model: answering })
      await expect(run(all)).rejects.toMatchObject({ code, message: 'row 0' })
      const one = modelOf(row => (row === 2 ? says('a') : down(row)))
      expect(await run(one)).toMatchObject({ score: 0.25, failures: 3 })
    },
  )

  test('scores answers that nobody could read, and prompts that were all too long', async () => {
    const run = (said: string | Error) =>
      evaluate(classify, { examples: rowsOf('aa'), metric, model: modelOf(() => said) })
    expect(await run('nonsense')).toMatchObject({ score: 0, failures: 2 })
    expect(await run(new ModelError('model/context-window', 'long', { model: 'x' }))).toMatchObject({ failures: 2 })
  })

  test('stops at a missing label and says what the row has', async () => {
    const run = evaluate(classify, { examples: [{ text: 'row 0.', category: 'a' }], metric, model })
    await expect(run).rejects.toMatchObject({ code: 'data/fields', message: expect.stringContaining('text, category') })
  })

  test('has nothing to say about no examples', async () => {
    await expect(evaluate(classify, { examples: [], metric, model })).rejects.toMatchObject({ code: 'data/empty' })
  })

  test('throws an abort as it came and sends nothing more', async () => {
    const controller = new AbortController()
    const reason = new DOMException('The user went home.', 'AbortError')
    const inner = modelOf(row => {
      if (row === 2) controller.abort(reason)
      return says('a')
    })
    const { signal } = controller
    const run = evaluate(classify, { examples: rowsOf('a'.repeat(40)), metric, model: inner, signal, concurrency: 1 })
    await expect(run).rejects.toBe(reason)
    expect(inner.calls).toHaveLength(3)
  })

  test('adds up what the runs cost, for each example and in the caller’s ledger', async () => {
    const { usage, results } = await evaluate(classify, { examples: rowsOf('aa'), metric, model })
    expect(usage).toMatchObject({ calls: 2, attempts: 2 })
    expect(results.map(result => result.usage.calls)).toEqual([1, 1])
    expect(usage.inputTokens).toBe(results.reduce((sum, result) => sum + result.usage.inputTokens, 0))
  })

  test('gives each example dice of its own, whatever the concurrency', async () => {
    const draws = async (concurrency: number) => {
      const drawing = program('text -> label', {}, async (_, __, { random }) => ({ label: `${random?.random()}` }))
      const result = await evaluate(drawing, { examples: rowsOf('aaaa'), metric: () => 1, model, concurrency, seed: 3 })
      return result.results.map(({ prediction }) => prediction?.label)
    }
    const alone = await draws(1)
    expect(new Set(alone).size).toBe(4)
    expect(await draws(4)).toEqual(alone)
  })
})

describe('the types of evaluate', () => {
  const composed = program(
    "text -> label: 'a' | 'b'",
    { step: chainOfThought("text -> label: 'a' | 'b'") },
    ({ text }, { step }) => step({ text }),
  )
  const reasoning = scriptedModel(() => `[[ ## reasoning ## ]]\nIt is.\n\n${says('a')}`)

  test('take rows of any kind: from a file, literal, of a declared interface', async () => {
    interface Row {
      readonly text: string
      readonly label: string
    }
    const fromFile: readonly Record<string, unknown>[] = rowsOf('ab')
    const declared: readonly Row[] = rowsOf('ab')
    for (const examples of [fromFile, declared]) {
      expect((await evaluate(classify, { examples, metric, model })).score).toBe(0.5)
    }
    expect((await evaluate(classify, { examples: [{ text: 'x', label: 'a' }], metric, model })).score).toBe(1)
  })

  test('know the row and the prediction in a metric of your own, and the prediction in the result', async () => {
    const { results } = await evaluate(composed, {
      examples: rowsOf('ab'),
      metric: (example, prediction) => prediction.label === example.label && prediction.reasoning.length > 3,
      model: reasoning,
    })
    const label: 'a' | 'b' | undefined = results[0]?.prediction?.label
    expect([label, results[0]?.example.text]).toEqual(['a', 'row 0.'])
  })
})
