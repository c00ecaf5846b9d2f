import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Env } from '../../worker/env.ts'
import { modelFrom } from '../../worker/model-from.ts'
import { workersKv } from '../../worker/storage/workers-kv.ts'
import { memoryNamespace } from './memory-namespace.ts'

const messages = [{ role: 'user' as const, content: 'same for all' }]

/** What was asked of which address, with which key and model. */
let asked: string[] = []

beforeEach(() => {
  asked = []
  vi.stubGlobal('fetch', async (url: string, init: { headers: Record<string, string>; body: string }) => {
    const { model } = JSON.parse(init.body)
    const who = `${url} ${new Headers(init.headers).get('authorization')} ${model}`
    asked.push(who)
    const message = { role: 'assistant', content: who }
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    return Response.json({ id: 'c', model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage })
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const env = (settings: Partial<Env> = {}): Env => ({ KKACHI: memoryNamespace(), OPENAI_API_KEY: 'sk-one', ...settings })

describe('the model of the Worker', () => {
  test('is gpt-4o-mini at OpenAI when nothing else is said', async () => {
    const bound = env({ KKACHI_MODEL: '', OPENAI_BASE_URL: '' })
    const model = await modelFrom(bound, workersKv(bound.KKACHI), 'tenant')
    await model.generate({ messages })
    expect(asked).toEqual(['https://api.openai.com/v1/chat/completions Bearer sk-one gpt-4o-mini'])
  })

  test.each([
    [{ OPENAI_API_KEY: '' }, 'OPENAI_API_KEY'],
    [{ KKACHI_MODEL: 'anthropic/claude' }, 'ANTHROPIC_API_KEY'],
    [{ KKACHI_MODEL: 'workers-ai/@cf/qwen/qwen3-30b-a3b-fp8' }, 'AI'],
    [{ KKACHI_MODEL: 'local/nano' }, 'INFERENCE'],
    [{ KKACHI_MODEL: 'google/gemini' }, 'KKACHI_MODEL'],
    [{ KKACHI_MODEL: 'gpt-4o-mini' }, 'KKACHI_MODEL'],
    [{ KKACHI_CACHE_SECONDS: 'long' }, 'KKACHI_CACHE_SECONDS'],
    [{ OPENAI_BASE_URL: 'ftp://x' }, 'baseUrl'],
  ])('is refused for %j, by the name of the setting', async (settings, option) => {
    const bound = env(settings)
    await expect(modelFrom(bound, workersKv(bound.KKACHI), 'tenant')).rejects.toMatchObject({
      name: 'ConfigurationError',
      option,
    })
  })

  test('asks every time when the cache is off', async () => {
    const bound = env({ KKACHI_CACHE_SECONDS: '0' })
    for (const _ of [1, 2]) await (await modelFrom(bound, workersKv(bound.KKACHI), 'tenant')).generate({ messages })
    expect(asked).toHaveLength(2)
  })

  test('answers also when the namespace fails', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const down = () => Promise.reject(new Error('down'))
    const namespace = { ...memoryNamespace(), getWithMetadata: down, put: down }
    const model = await modelFrom(env(), workersKv(namespace), 'tenant')
    expect((await model.generate({ messages })).completions).toHaveLength(1)
    expect(warn.mock.calls.flat()).toEqual(['{"code":"storage/unavailable"}', '{"code":"storage/unavailable"}'])
    warn.mockRestore()
  })

  test('18. keeps answers apart: 1,000 pairs that differ in key, address, model or tenant miss', async () => {
    const namespace = memoryNamespace()
    const answerOf = async (settings: Partial<Env>, tenant: string) => {
      const model = await modelFrom({ ...env(settings), KKACHI: namespace }, workersKv(namespace), tenant)
      const { completions, usage } = await model.generate({ messages })
      return { text: completions[0]?.text, cached: usage.cachedCalls }
    }
    for (let pair = 0; pair < 1000; pair += 1) {
      const settings = {
        OPENAI_API_KEY: `sk-${pair}`,
        OPENAI_BASE_URL: `https://p${pair}.example/v1`,
        KKACHI_MODEL: `openai/m${pair}`,
      }
      const other = [
        { OPENAI_API_KEY: `sk-${pair}x` },
        { OPENAI_BASE_URL: `https://p${pair}.example/v1/x` },
        { KKACHI_MODEL: `openai/m${pair}x` },
        {},
      ][pair % 4]
      const first = await answerOf(settings, `t${pair}`)
      const second = await answerOf({ ...settings, ...other }, pair % 4 === 3 ? `t${pair}x` : `t${pair}`)
      const again = await answerOf(settings, `t${pair}`)
      expect([first.cached, second.cached, again.cached]).toEqual([0, 0, 1])
      expect(again.text).toBe(first.text)
    }
  })

  test('40. names cache entries by hashes, whatever a tenant is called', async () => {
    const namespace = memoryNamespace()
    const tenants = ['..', '../x', 'a/b', 'a:b', 'a\0b', 'x'.repeat(600), '\u00c5', 'A\u030a', '"]', '","']
    for (const tenant of tenants) {
      const model = await modelFrom({ ...env(), KKACHI: namespace }, workersKv(namespace), tenant)
      expect((await model.generate({ messages })).usage.cachedCalls).toBe(0)
    }
    expect(new Set(namespace.names()).size).toBe(tenants.length)
    expect(namespace.names().filter(name => !/^cache\/[0-9a-f]{64}\/[0-9a-f]{64}$/.test(name))).toEqual([])
  })
})
