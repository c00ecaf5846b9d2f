import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { predict, saveProgram } from '../../src/index.ts'
import { type BareWorkerd, bareWorkerd } from './bare-workerd.ts'
import { type ChatProvider, chatProvider, type Saying } from './chat-provider.ts'

const headers = { authorization: 'Bearer key-of-ada', 'content-type': 'application/json' }

let saying: Saying
let provider: ChatProvider
let worker: BareWorkerd

beforeAll(async () => {
  provider = await chatProvider(prompt => saying(prompt))
  worker = await bareWorkerd({ OPENAI_BASE_URL: provider.url, KKACHI_API_KEYS: 'key-of-ada' })
  const body = await saveProgram(predict('text -> label'))
  const response = await fetch(`${worker.url}/programs/labeler`, { method: 'PUT', headers, body })
  expect(response.status).toBe(200)
}, 300_000)

afterAll(async () => {
  await worker.close()
  await provider.close()
})

beforeEach(() => {
  provider.asked.length = 0
})

const run = (body: object, signal: AbortSignal) =>
  fetch(`${worker.url}/programs/labeler/run`, { method: 'POST', headers, body: JSON.stringify(body), signal })

describe('a caller that goes', () => {
  test('in the middle of a stream closes the call to the provider', async () => {
    // More than any machine waits for: it would speak for a quarter of an hour.
    saying = () => ({ pieces: ['[[ ## label ## ]]\n', ...Array.from({ length: 90_000 }, () => 'x')], waitMs: 10 })
    const leaving = new AbortController()
    const response = await run({ input: { text: 'b' }, stream: true }, leaving.signal)
    await response.body?.getReader().read()
    leaving.abort()
    await expect.poll(() => provider.asked[0]?.gone).toBe(true)
    expect(provider.asked).toHaveLength(1)
  })

  test('in the silence before the first word closes the call to the provider', async () => {
    saying = () => ({ pieces: ['[[ ## label ## ]]\nfine'], waitMs: 900_000 })
    const leaving = new AbortController()
    const response = run({ input: { text: 'c' }, stream: true }, leaving.signal)
    await expect.poll(() => provider.asked.length).toBe(1)
    await response
    leaving.abort()
    await expect.poll(() => provider.asked[0]?.gone).toBe(true)
  })
})
