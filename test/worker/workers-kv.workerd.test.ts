import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { testClock } from '../../src/testing/test-clock.ts'
import type { KvNamespace } from '../../worker/storage/kv-namespace.ts'
import { workersKv } from '../../worker/storage/workers-kv.ts'
import { describeStorage } from '../contracts/storage-contract.ts'

const { KKACHI } = env
const clock = testClock()

const bytes = (text: string) => new TextEncoder().encode(text)

const emptied = async (): Promise<KvNamespace> => {
  const { keys } = await KKACHI.list({ prefix: '' })
  await Promise.all(keys.map(({ name }) => KKACHI.delete(name)))
  return KKACHI
}

describeStorage('workersKv', {
  make: async () => workersKv(await emptied(), { clock }),
  passASecond: () => clock.advance(1000),
})

describe('workersKv', () => {
  test('says what KV cannot do', async () => {
    expect(workersKv(KKACHI).capabilities).toEqual({ compareAndSet: false, consistency: 'eventual' })
  })

  test('lists beyond one page of KV', async () => {
    const storage = workersKv(await emptied())
    const keys = Array.from({ length: 1203 }, (_, index) => `many/${String(index).padStart(5, '0')}`)
    await Promise.all(keys.map(key => storage.put(key, bytes(key))))
    const listed: string[] = []
    for await (const key of storage.list('many/')) listed.push(key)
    expect(listed).toEqual(keys)
  })

  test('reads what something else wrote', async () => {
    const storage = workersKv(await emptied())
    await KKACHI.put('foreign', bytes('text'), { metadata: { version: 7 } })
    const found = await storage.get('foreign')
    expect(new TextDecoder().decode(found?.value)).toBe('text')
    expect(found?.version).toMatch(/^[0-9a-f]{64}$/)
  })

  test('lists by half a character without asking KV for it', async () => {
    const storage = workersKv(await emptied())
    await storage.put('a👩', bytes('1'))
    await storage.put('aÄ', bytes('2'))
    const listed: string[] = []
    for await (const key of storage.list('a\ud83d')) listed.push(key)
    expect(listed).toEqual(['a👩'])
  })

  test('refuses a value over 25 MiB before it is sent', async () => {
    const storage = workersKv(KKACHI)
    const work = storage.put('large', new Uint8Array(25 * 2 ** 20 + 1))
    await expect(work).rejects.toMatchObject({ code: 'storage/quota' })
  })

  test('names the failure of KV, with its cause', async () => {
    const cause = new Error('KV PUT failed: 429 Too Many Requests')
    const failing: KvNamespace = { ...KKACHI, put: () => Promise.reject(cause) }
    const storage = workersKv(failing)
    await expect(storage.put('key', bytes('x'))).rejects.toMatchObject({
      name: 'StorageError',
      code: 'storage/unavailable',
      retryable: true,
      cause,
    })
  })
})
