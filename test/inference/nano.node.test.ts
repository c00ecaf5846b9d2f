import { describe, expect, test } from 'vitest'
import { localModel } from '../../node/models/local-model.ts'
import { mapConcurrently } from '../../src/data/map-concurrently.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'

/** The real network through onnxruntime: nothing here depends on what it has learned. */
const model = localModel('nano')

const ask = (content: string, rest: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [
    { role: 'system', content: 'Decide whether the message is spam or ham. Answer with one word, and say why.' },
    { role: 'user', content },
  ],
  maxTokens: 16,
  ...rest,
})

const textsOf = async (one: LanguageModel, request: ModelRequest): Promise<string[]> =>
  (await one.generate(request)).completions.map(({ text }) => text)

const streamed = async (request: ModelRequest) => {
  const builder = responseBuilder()
  for await (const event of model.stream(request)) builder.add(event)
  return builder.response()
}

describe('the same request', () => {
  test.each([0, 1])('has the same answer in a model loaded anew, at temperature %i', async temperature => {
    const request = ask('Claim your prize today!', { temperature, seed: 7, n: 2 })
    expect(await textsOf(localModel('nano'), request)).toEqual(await textsOf(model, request))
  })

  test('has the same answer one by one and eight at a time, whatever is shared', async () => {
    const requests = Array.from({ length: 12 }, (_, index) =>
      ask(`Message ${index % 5}: the meeting is on Monday.`, {
        temperature: index % 2,
        rolloutId: `${index}`,
        sharedMessages: index % 3,
        priority: index % 2,
      }),
    )
    const run = async (concurrency: number) => {
      const texts: string[][] = []
      for await (const { index, result } of mapConcurrently(requests, { concurrency }, one => textsOf(model, one))) {
        texts[index] = result
      }
      return texts
    }
    const together = await run(8)
    expect(together).toHaveLength(12)
    expect(together).toEqual(await run(1))
  })

  test('has the same answer whether its beginning is shared or not', async () => {
    const [alone, first, again] = [
      await textsOf(model, ask('Lunch at noon?')),
      await textsOf(model, ask('Lunch at noon?', { sharedMessages: 1 })),
      await textsOf(model, ask('Lunch at noon?', { sharedMessages: 1 })),
    ]
    expect([first, again]).toEqual([alone, alone])
  })

  test('has other answers with other seeds, rollouts and completions', async () => {
    const request = ask('Claim your prize today!', { temperature: 1.5 })
    const texts = [
      ...(await textsOf(model, { ...request, n: 3 })),
      ...(await textsOf(model, { ...request, seed: 1 })),
      ...(await textsOf(model, { ...request, rolloutId: '1' })),
    ]
    expect(new Set(texts).size).toBe(texts.length)
    expect(await textsOf(model, { ...request, n: 1 })).toEqual(texts.slice(0, 1))
  })
})

describe('an answer', () => {
  test('ends at its limit, and says so', async () => {
    const { completions, usage } = await model.generate(ask('Hello', { maxTokens: 2 }))
    expect(completions[0].finishReason).toBe('length')
    expect(usage).toMatchObject({ calls: 1, outputTokens: 2 })
  })

  test('ends before a stop text', async () => {
    const { completions: drafts } = await model.generate(ask('Hello', { temperature: 1, n: 8 }))
    const index = drafts.findIndex(({ text }) => text.length > 12)
    const whole = drafts[index]?.text ?? ''
    const stop = [whole.slice(9, 12), whole.slice(5, 7)]
    const ends = Math.min(...stop.map(text => whole.indexOf(text)))
    const { completions } = await model.generate(ask('Hello', { temperature: 1, n: 8, stop }))
    expect(completions[index]).toEqual({ text: whole.slice(0, ends), finishReason: 'stop' })
  })

  test('comes with the odds of its tokens', async () => {
    const { completions, usage } = await model.generate(ask('Hello', { logprobs: true, topLogprobs: 3 }))
    const [{ text, finishReason, logprobs = [] }] = completions
    // The end of an answer is a token that is counted, and no text.
    expect(logprobs).toHaveLength(usage.outputTokens - (finishReason === 'stop' ? 1 : 0))
    expect(logprobs.map(({ token }) => token).join('')).toBe(text)
    for (const { token, logprob, top = [] } of logprobs) {
      expect(top).toHaveLength(3)
      expect(top[0]).toEqual({ token, logprob }) // at temperature 0 the likeliest is taken
      expect(top.reduce((sum, one) => sum + Math.exp(one.logprob), 0)).toBeLessThanOrEqual(1.000_01)
    }
  })

  test.each<Partial<ModelRequest>>([
    { temperature: 0 },
    { temperature: 1, seed: 5, n: 2 },
    { temperature: 1.5, seed: 6, stop: ['a', '\n'] },
    { temperature: 1, topP: 0.8, logprobs: true },
  ])('is the same streamed and whole: %j', async rest => {
    const request = ask('The meeting is on Monday.', rest)
    expect(await streamed(request)).toEqual(await model.generate(request))
  })
})

describe('the score of an answer', () => {
  test('is what its tokens were drawn with, and its end', async () => {
    const { completions } = await model.generate(
      ask('Hello', { logprobs: true, temperature: 1, seed: 4, maxTokens: 64 }),
    )
    const [{ text, finishReason, logprobs = [] }] = completions
    expect(finishReason).toBe('stop')
    const score = (await model.score?.(ask('Hello'), [text]))?.scores[0]
    expect(score?.tokens).toBe(logprobs.length + 1)
    const drawn = logprobs.reduce((sum, { logprob }) => sum + logprob, 0)
    expect(score?.logprob).toBeLessThanOrEqual(drawn + 1e-3)
    const longer = (await model.score?.(ask('Hello'), [text, `${text}!`]))?.scores ?? []
    expect(longer[0]?.logprob).toBeCloseTo(score?.logprob ?? 0, 3)
  })

  test('is the same whether its beginning is shared or not, and beside answers', async () => {
    const [alone, shared, again] = await Promise.all([
      model.score?.(ask('Lunch at noon?'), ['spam']),
      model.score?.(ask('Lunch at noon?', { sharedMessages: 1 }), ['spam']),
      model.score?.(ask('Lunch at noon?', { sharedMessages: 1 }), ['spam']),
      model.generate(ask('Hello')),
    ])
    expect(shared?.scores[0]?.logprob).toBeCloseTo(alone?.scores[0]?.logprob ?? 0, 3)
    expect(again).toEqual(shared)
  })
})

describe('an abort in the middle of an answer', () => {
  const long = ask('Tell me everything.', { temperature: 1, maxTokens: 1500, n: 200 })

  test('ends it at once, and the next call has the network', async () => {
    const alone = await textsOf(model, ask('Hello'))
    const controller = new AbortController()
    const left = model.generate({ ...long, signal: controller.signal }).catch(error => error)
    const next = textsOf(model, ask('Hello'))
    await new Promise(resolve => setTimeout(resolve, 50))
    controller.abort()
    expect(await left).toBe(controller.signal.reason)
    expect(await next).toEqual(alone)
  })

  test('by its deadline does too', async () => {
    const late = await model.generate({ ...long, deadlineMs: 50 }).catch(error => error)
    expect(late).toMatchObject({ code: 'model/timeout' })
    expect(await textsOf(model, ask('Hello'))).toHaveLength(1)
  })

  test('by leaving its stream does too', async () => {
    for await (const event of model.stream(long)) {
      expect(event.type).toBe('text')
      break
    }
    expect(await textsOf(model, ask('Hello'))).toHaveLength(1)
  })
})
