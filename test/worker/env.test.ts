import { describe, expect, test } from 'vitest'
import type { Env } from '../../worker/env.ts'
import worker from '../../worker/index.ts'
import { memoryNamespace } from './memory-namespace.ts'

const answer = async (env: object, path = '/health') => {
  const response = await worker.fetch(new Request(`http://localhost${path}`), env as Env)
  const { error } = (await response.json()) as { error?: { code: string; message: string } }
  return { status: response.status, code: error?.code, message: error?.message }
}

describe('the bindings', () => {
  test('need be no more than a namespace', async () => {
    expect((await answer({ KKACHI: memoryNamespace() })).status).toBe(200)
    expect((await answer({ KKACHI: memoryNamespace() }, '/programs')).status).toBe(200)
  })

  test.each([
    [{}, 'KV namespace bound as KKACHI'],
    [{ KKACHI: 'a text' }, 'KV namespace bound as KKACHI'],
    [{ KKACHI: memoryNamespace(), KKACHI_ALLOWED_ORIGINS: '*' }, 'KKACHI_ALLOWED_ORIGINS'],
    [{ KKACHI: memoryNamespace(), KKACHI_API_KEYS: 'SECRET é' }, 'KKACHI_API_KEYS'],
  ])('that cannot be used are told by name: %j', async (env, name) => {
    const { status, code, message } = await answer(env)
    expect([status, code]).toEqual([500, expect.stringMatching(/^configuration\//)])
    expect(message).toContain(name)
    expect(message).not.toContain('SECRET')
  })
})
