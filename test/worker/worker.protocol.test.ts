import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestHarness } from 'wrangler'
import { predict, saveProgram } from '../../src/index.ts'
import { programStore } from '../../src/server/index.ts'
import type { KvNamespace } from '../../worker/storage/kv-namespace.ts'
import { workersKv } from '../../worker/storage/workers-kv.ts'
import { type ChatProvider, chatProvider, type Saying } from './chat-provider.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ada = 'key-of-ada-0123456789'
const bob = 'key-of-bob-0123456789'

let saying: Saying
let provider: ChatProvider
let harness: ReturnType<typeof createTestHarness>

beforeAll(async () => {
  provider = await chatProvider(prompt => saying(prompt))
  harness = createTestHarness({
    root,
    workers: [
      {
        configPath: './wrangler.toml',
        vars: { OPENAI_BASE_URL: provider.url, KKACHI_ALLOWED_ORIGINS: 'https://app.example' },
        secrets: { KKACHI_API_KEYS: `${ada},${bob}`, OPENAI_API_KEY: 'sk-upstream-0123456789' },
      },
    ],
  })
  await harness.listen()
}, 300_000)

afterAll(async () => {
  await harness.close()
  await provider.close()
})

beforeEach(() => {
  provider.asked.length = 0
  saying = () => ({ pieces: ['[[ ## label ## ]]\n', 'fi', 'ne', '\n\n[[ ## completed ## ]]'] })
})

const ask = (path: string, init: RequestInit = {}, key = ada) =>
  harness.fetch(path, {
    ...init,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...(init.headers as object) },
  } as never) as unknown as Promise<Response>

const labeler = (instructions: string) => saveProgram(predict('text -> label', { instructions }))

const upload = async (name: string, instructions: string): Promise<string> => {
  const response = await ask(`/programs/${name}`, { method: 'PUT', body: await labeler(instructions) })
  expect(response.status).toBe(200)
  return ((await response.json()) as { version: string }).version
}

const run = (name: string, text: string, more: object = {}, key = ada) =>
  ask(`/programs/${name}/run`, { method: 'POST', body: JSON.stringify({ input: { text }, ...more }) }, key)

interface Answer {
  readonly prediction: { readonly label: string }
  readonly usage: { readonly calls: number; readonly cachedCalls: number }
  readonly version: string
}

/** The events of a stream, by the format's own rules. */
const eventsOf = (text: string) =>
  text.split(/\r\n\r\n|\n\n|\r\r/).flatMap(block => {
    const lines = block
      .split(/\r\n|\n|\r/)
      .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
    const of = (name: string) => lines.filter(([field]) => field === name).map(([, value]) => value)
    // A comment, which says that the stream is still there, has no data and is no event.
    return of('data').length === 0 ? [] : [{ event: of('event').join(), data: JSON.parse(of('data').join('\n')) }]
  })

describe('the Worker in workerd', () => {
  test('runs a program that was uploaded', async () => {
    const version = await upload('plain', 'Label the text.')
    const response = await run('plain', 'hello')
    expect(response.status).toBe(200)
    const answer = (await response.json()) as Answer
    expect(answer).toMatchObject({ prediction: { label: 'fine' }, usage: { calls: 1, cachedCalls: 0 }, version })
    expect(provider.asked.map(({ authorization }) => authorization)).toEqual(['Bearer sk-upstream-0123456789'])
  })

  test('answers a second time from the cache', async () => {
    await upload('cached', 'Label the text, cached.')
    await run('cached', 'once')
    const answer = (await (await run('cached', 'once')).json()) as Answer
    expect(answer).toMatchObject({ prediction: { label: 'fine' }, usage: { calls: 0, cachedCalls: 1 } })
    expect(provider.asked).toHaveLength(1)
  })

  test('streams a program as it is said', async () => {
    const version = await upload('streamed', 'Label the text, streamed.')
    const response = await run('streamed', 'hello', { stream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const events = eventsOf(await response.text())
    expect(events.filter(({ event }) => event === 'field').map(({ data }) => data.delta)).toEqual(['fi', 'ne'])
    expect(events.at(-1)).toMatchObject({ event: 'prediction', data: { prediction: { label: 'fine' }, version } })
  })

  test('swaps in a second version under 64 clients, with no failed and no mixed answer', async () => {
    // The answer names the instructions it was asked with, so that a prompt of one version and a name of the other show.
    saying = prompt => ({
      pieces: [`[[ ## label ## ]]\n${/version-\d/.exec(prompt)?.[0]}\n\n[[ ## completed ## ]]`],
      waitMs: 5,
    })
    const first = await upload('swapped', 'Label the text by version-1.')
    let second = ''
    const seen: { readonly label: string; readonly version: string }[] = []
    const client = async (number: number): Promise<void> => {
      for (let call = 0; call < 8; call += 1) {
        if (number === 0 && call === 3) second = await upload('swapped', 'Label the text by version-2.')
        const response = await run('swapped', `text ${number} ${call}`, { stream: call % 2 === 1 })
        expect(response.status).toBe(200)
        const text = await response.text()
        const answer = (call % 2 === 1 ? eventsOf(text).at(-1)?.data : JSON.parse(text)) as Answer
        seen.push({ label: answer.prediction.label, version: answer.version })
      }
    }
    await Promise.all(Array.from({ length: 64 }, (_, number) => client(number)))
    expect(seen).toHaveLength(64 * 8)
    const names = new Map([
      [first, 'version-1'],
      [second, 'version-2'],
    ])
    expect(seen.filter(({ label, version }) => names.get(version) !== label)).toEqual([])
    expect(new Set(seen.map(({ version }) => version))).toEqual(new Set([first, second]))
  })

  test.each([
    [401, 502, 'model/authentication'],
    [404, 502, 'model/request'],
    [402, 429, 'model/rate-limit'],
    [400, 502, 'model/request'],
  ])('14. tells a provider that answers %i by %i, without its words, key or prompt', async (said, told, code) => {
    await upload('refused', 'Label the SECRET-INSTRUCTIONS.')
    saying = () => said
    for (const stream of [false, true]) {
      const response = await run('refused', `SECRET-INPUT ${said}`, { stream })
      const text = await response.text()
      expect([response.status, JSON.parse(text).error.code]).toEqual([told, code])
      expect(text).not.toMatch(/SECRET|sk-up|c2st|No, not|worker\/|\.ts|node_modules/)
    }
    const logged = (): string => JSON.stringify(harness.getLogs())
    await expect.poll(logged).toContain(code) // it comes through a pipe, later than the answer
    expect(logged()).not.toMatch(/SECRET|sk-upstream|No, not/)
  })

  test('18. keeps the answers of two callers apart', async () => {
    await upload('apart', 'Label the text, apart.')
    for (const key of [ada, bob]) {
      const answer = (await (await run('apart', 'same', {}, key)).json()) as Answer
      expect(answer.usage).toMatchObject({ calls: 1, cachedCalls: 0 })
    }
    expect(provider.asked).toHaveLength(2)
  })

  test('41. answers two interleaved callers each from their own cache', async () => {
    saying = prompt => ({
      pieces: [`[[ ## label ## ]]\n${/text \d+/.exec(prompt)?.[0]}\n\n[[ ## completed ## ]]`],
      waitMs: 5,
    })
    await upload('interleaved', 'Label the text, interleaved.')
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`)
    for (const cachedCalls of [0, 1]) {
      const answers = texts.flatMap(text =>
        [ada, bob].map(async key => {
          const answer = (await (await run('interleaved', text, {}, key)).json()) as Answer
          expect([answer.prediction.label, answer.usage.cachedCalls]).toEqual([text, cachedCalls])
        }),
      )
      await Promise.all(answers)
    }
    expect(provider.asked).toHaveLength(2 * texts.length)
  })

  test('answers pages of the allowed origin, and no others', async () => {
    for (const [origin, echoed] of [
      ['https://app.example', 'https://app.example'],
      ['https://app.example.evil.example', null],
      ['https://evil.example', null],
      ['null', null],
    ] as const) {
      const response = await harness.fetch('/health', { headers: { origin } })
      expect(response.headers.get('access-control-allow-origin')).toBe(echoed)
      expect(response.headers.get('vary')).toBe('Origin')
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })
})

describe('a Worker with nothing but its namespace', () => {
  let bare: ReturnType<typeof createTestHarness>
  beforeAll(async () => {
    bare = createTestHarness({ root, workers: [{ configPath: './wrangler.toml', secrets: {}, vars: {} }] })
    await bare.listen()
  }, 300_000)
  afterAll(() => bare.close())

  test('starts, lists nothing, and describes itself', async () => {
    expect(await (await bare.fetch('/health')).json()).toEqual({ status: 'ok' })
    expect(await (await bare.fetch('/programs')).json()).toEqual({ programs: [] })
    expect(await (await bare.fetch('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' })
  })

  test('takes no uploads', async () => {
    const response = await bare.fetch('/programs/a', { method: 'PUT', body: await labeler('Label.') })
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('KKACHI_API_KEYS')
  })

  test('says what a run needs', async () => {
    const { KKACHI } = (await bare.getWorker().getEnv()) as { KKACHI: KvNamespace }
    const storage = programStore(workersKv(KKACHI))
    await storage.put('lone', await labeler('Label.'))
    const response = await bare.fetch('/programs/lone/run', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"input": {"text": "x"}}',
    })
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('OPENAI_API_KEY')
  })

  test('answers nobody but localhost', async () => {
    const response = await bare.fetch('http://kkachi.example.com/programs')
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('KKACHI_API_KEYS')
    expect((await bare.fetch('http://kkachi.example.com/health')).status).toBe(200)
  })
})
