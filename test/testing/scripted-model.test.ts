import { expect, test } from 'vitest'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'What is the capital of France?' }] }

const eventsOf = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

test('answers are used up in the order of the calls', async () => {
  const model = scriptedModel([
    'Paris',
    { text: 'cut', finishReason: 'length' },
    ({ messages }) => `${messages.length}`,
  ])
  expect((await model.generate(request)).completions).toEqual([{ text: 'Paris', finishReason: 'stop' }])
  expect((await model.generate(request)).completions).toEqual([{ text: 'cut', finishReason: 'length' }])
  expect((await model.generate(request)).completions).toEqual([{ text: '1', finishReason: 'stop' }])
  expect(model.calls).toEqual([request, request, request])
  expect(model.given).toBe(3)
})

test('a call beyond the script says how many answers there were', async () => {
  const model = scriptedModel(['one'])
  await model.generate(request)
  await expect(model.generate(request)).rejects.toMatchObject({ code: 'model/script', retryable: false })
  await expect(model.generate(request)).rejects.toThrow('given all 1 of its answers')
})

test('an error in the script fails its call and no other', async () => {
  const model = scriptedModel([new Error('down'), 'up'])
  await expect(model.generate(request)).rejects.toThrow('down')
  expect((await model.generate(request)).completions[0].text).toBe('up')
})

test('a function answers every call and learns how many came before', async () => {
  const model = scriptedModel((_, index) => ({ text: `${index}`, reasoning: 'counted' }))
  await model.generate(request)
  expect((await model.generate(request)).completions[0]).toEqual({
    text: '1',
    reasoning: 'counted',
    finishReason: 'stop',
  })
})

test('n completions are n answers of one call', async () => {
  const model = scriptedModel(['a', 'b', 'c'])
  const { completions, usage } = await model.generate({ ...request, n: 2 })
  expect(completions.map(({ text }) => text)).toEqual(['a', 'b'])
  expect(usage).toMatchObject({ calls: 1, attempts: 1 })
  expect((await model.generate(request)).completions[0].text).toBe('c')
})

test('usage counts a token for every four characters begun', async () => {
  const model = scriptedModel([{ text: 'abcde', reasoning: 'abc' }])
  expect((await model.generate(request)).usage).toEqual({
    calls: 1,
    cachedCalls: 0,
    attempts: 1,
    inputTokens: 8,
    outputTokens: 3,
    reasoningTokens: 1,
  })
})

test('a response of its own passes unchanged', async () => {
  const model = scriptedModel([{ completions: [{ text: 'x', finishReason: 'other' }], modelName: 'm' }])
  expect(await model.generate({ ...request, n: 1 })).toMatchObject({ modelName: 'm', usage: { calls: 1 } })
})

test('the stream is the answer in pieces that keep every character whole', async () => {
  const events = await eventsOf(scriptedModel(['Grüße 👩🏽‍🚀!']).stream(request))
  expect(events.map(event => (event.type === 'text' ? event.delta : event.type))).toEqual([
    'Grüß',
    'e 👩🏽',
    '‍🚀!',
    'usage',
    'finish',
  ])
})

test('tool calls stream with their name first', async () => {
  const call = { id: 'c1', name: 'search', arguments: '{"q":1}' }
  const events = await eventsOf(scriptedModel([{ toolCalls: [call] }]).stream(request))
  expect(events.slice(0, 3)).toEqual([
    { type: 'tool-call', index: 0, callIndex: 0, id: 'c1', name: 'search', argumentsDelta: '' },
    { type: 'tool-call', index: 0, callIndex: 0, argumentsDelta: '{"q"' },
    { type: 'tool-call', index: 0, callIndex: 0, argumentsDelta: ':1}' },
  ])
  expect(events.at(-1)).toEqual({ type: 'finish', index: 0, reason: 'tool-calls' })
})

test('a completion with an error streams first and fails then', async () => {
  const seen: ModelEvent[] = []
  const reading = (async () => {
    for await (const event of scriptedModel([{ text: 'half', error: new Error('cut') }]).stream(request)) {
      seen.push(event)
    }
  })()
  await expect(reading).rejects.toThrow('cut')
  expect(seen).toEqual([{ type: 'text', index: 0, delta: 'half' }])
})

test('latency passes on the clock and ends with an abort', async () => {
  const clock = testClock()
  const model = scriptedModel(['slow', 'slower'], { latencyMs: 500, clock })
  let answered = false
  const first = model.generate(request).then(() => {
    answered = true
  })
  await clock.advance(499)
  expect(answered).toBe(false)
  await clock.advance(1)
  await first
  const controller = new AbortController()
  const second = model.generate({ ...request, signal: controller.signal })
  controller.abort()
  await expect(second).rejects.toMatchObject({ name: 'AbortError' })
})

test('an abort ends a call whose function never answers', async () => {
  const controller = new AbortController()
  const model = scriptedModel(() => new Promise(() => {}))
  const answer = model.generate({ ...request, signal: controller.signal })
  controller.abort()
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
})

test('an aborted request takes no answer', async () => {
  const model = scriptedModel(['kept'])
  await expect(model.generate({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(model.calls).toEqual([])
  expect((await model.generate(request)).completions[0].text).toBe('kept')
})
