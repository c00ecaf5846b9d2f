import { afterEach, expect, test, vi } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { predict } from '../../src/modules/predict.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import type { Env } from '../../worker/env.ts'
import worker from '../../worker/index.ts'
import { memoryNamespace } from './memory-namespace.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

interface Asked {
  readonly url: string
  readonly authorization: string | null
  readonly prompt: string
}

/** Two operators with two callers each, all in this isolate, all with a program and inputs of the same names. */
const operators = ['ada', 'bob'].map(name => ({
  name,
  env: {
    KKACHI: memoryNamespace(),
    KKACHI_API_KEYS: `${name}-first,${name}-second`,
    OPENAI_API_KEY: `sk-${name}`,
    OPENAI_BASE_URL: `https://${name}.example/v1`,
    KKACHI_MODEL: `openai/${name}`,
  } satisfies Env,
  callers: [`${name}-first`, `${name}-second`],
}))

const ask = async (env: Env, key: string, path: string, method: string, body?: string): Promise<Response> =>
  worker.fetch(
    new Request(`https://worker.example${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    }),
    env,
  )

test('41. 1,000 interleaved requests of two tenants see nothing of each other', async () => {
  const asked: Asked[] = []
  const random = seededRandom(41)
  vi.stubGlobal('fetch', async (url: string, init: { headers: Record<string, string>; body: string }) => {
    const prompt = JSON.stringify(JSON.parse(init.body).messages)
    asked.push({ url, authorization: new Headers(init.headers).get('authorization'), prompt })
    await new Promise(resolve => setTimeout(resolve, asked.length % 4))
    const content = `[[ ## label ## ]]\n${new URL(url).hostname}\n\n[[ ## completed ## ]]`
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
    return Response.json({
      id: 'c',
      model: 'm',
      choices,
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    })
  })
  for (const { name, env, callers } of operators) {
    const file = await saveProgram(predict('text -> label', { instructions: `The program of ${name}.` }))
    expect((await ask(env, callers[0] ?? '', '/programs/shared', 'PUT', file)).status).toBe(200)
  }

  const begun = new Map<string, number>()
  let repeated = 0
  const one = async (index: number): Promise<void> => {
    const operator = operators[index % 2]
    const other = operators[(index + 1) % 2]
    if (operator === undefined || other === undefined) return
    const key = operator.callers[Math.floor(random.random() * 2)] ?? ''
    // The key of the one opens nothing at the other.
    if (index % 10 === 9) {
      expect((await ask(other.env, key, '/programs/shared', 'GET')).status).toBe(401)
      return
    }
    const text = `input ${Math.floor(random.random() * 100)}`
    const what = `${key} ${text}`
    begun.set(what, (begun.get(what) ?? 0) + 1)
    const response = await ask(operator.env, key, '/programs/shared/run', 'POST', JSON.stringify({ input: { text } }))
    const answer = (await response.json()) as { prediction: { label: string }; usage: { cachedCalls: number } }
    expect(answer.prediction.label).toBe(`${operator.name}.example`)
    if (answer.usage.cachedCalls === 1) {
      // Answered from the cache only where this very caller has asked before.
      expect({ what, times: begun.get(what) }).not.toEqual({ what, times: 1 })
      repeated += 1
    }
  }
  for (let index = 0; index < 1000; index += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, offset) => one(index + offset)))
  }
  expect(repeated).toBeGreaterThan(300)
  for (const { url, authorization, prompt } of asked) {
    const name = new URL(url).hostname.split('.')[0]
    expect(authorization).toBe(`Bearer sk-${name}`)
    expect(prompt).toContain(`The program of ${name}.`)
  }
})

test('41. a secret that changes counts from the next request on', async () => {
  const [operator] = operators
  if (operator === undefined) return
  const before = { ...operator.env, KKACHI_API_KEYS: 'old' }
  const after = { ...operator.env, KKACHI_API_KEYS: 'new' }
  const status = async (env: Env, key: string) => (await ask(env, key, '/programs', 'GET')).status
  expect([await status(before, 'old'), await status(before, 'new')]).toEqual([200, 401])
  expect([await status(after, 'old'), await status(after, 'new')]).toEqual([401, 200])
})
