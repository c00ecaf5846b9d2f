import { describe, expect, test } from 'vitest'
import { StorageError } from '../../../src/errors/storage-error.ts'
import type { BackendConfig } from '../../../src/inference/backend-config.ts'
import { hardwareManager } from '../../../src/inference/hardware/hardware-manager.ts'
import { type KeptSpeedsOptions, keptSpeeds } from '../../../src/inference/hardware/kept-speeds.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'

const onGpu: BackendConfig = { kind: 'gpu', device: 'webgpu', weights: 'q4f16', reasons: ['there'] }
const onCpu: BackendConfig = { kind: 'cpu', threads: 4, weights: 'q4', reasons: [] }

const counted = (options: Partial<KeptSpeedsOptions> = {}) => {
  const measured: string[] = []
  const measure = keptSpeeds({
    ...{ storage: memoryStorage(), of: { gpu: 'ada', model: 'a' } },
    async measure({ kind }) {
      measured.push(kind)
      return kind === 'gpu' ? 900 : 300
    },
    ...options,
  })
  return { measure, measured }
}

describe('keptSpeeds', () => {
  test('measures a backend once for each device and model, whatever the reasons for it', async () => {
    const storage = memoryStorage()
    const first = counted({ storage })
    expect(await first.measure(onGpu)).toBe(900)
    expect(await first.measure({ ...onGpu, reasons: [] })).toBe(900)
    expect(await first.measure(onCpu)).toBe(300)
    const again = counted({ storage })
    expect([await again.measure(onGpu), await again.measure(onCpu)]).toEqual([900, 300])
    const elsewhere = counted({ storage, of: { gpu: 'xe', model: 'a' } })
    expect(await elsewhere.measure(onGpu)).toBe(900)
    expect([first.measured, again.measured, elsewhere.measured]).toEqual([['gpu', 'cpu'], [], ['gpu']])
  })

  test('one measurement serves all who ask meanwhile', async () => {
    const { measure, measured } = counted()
    expect(await Promise.all([measure(onGpu), measure(onGpu)])).toEqual([900, 900])
    expect(measured).toEqual(['gpu'])
  })

  test('a measurement that fails is made again by whoever asks next', async () => {
    let tries = 0
    const { measure } = counted({
      async measure() {
        tries += 1
        if (tries === 1) throw new Error('lost')
        return 50
      },
    })
    await expect(measure(onGpu)).rejects.toThrow('lost')
    expect(await measure(onGpu)).toBe(50)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0])('%d is not kept', async speed => {
    const storage = memoryStorage()
    expect(await counted({ storage, measure: async () => speed }).measure(onGpu)).toBe(speed)
    expect(await counted({ storage }).measure(onGpu)).toBe(900)
  })

  test.each(['', '{', '[]', '{"tokensPerSecond":"many"}'])('what is damaged (%j) is measured anew', async text => {
    const storage = memoryStorage()
    await counted({ storage }).measure(onGpu)
    for await (const key of storage.list('')) await storage.put(key, new TextEncoder().encode(text))
    const { measure, measured } = counted({ storage })
    expect(await measure(onGpu)).toBe(900)
    expect(measured).toEqual(['gpu'])
  })

  test('a storage that fails is told, and done without', async () => {
    const told: string[] = []
    const fails = async () => Promise.reject(new StorageError('storage/unavailable', 'Not here.', { key: 'speed' }))
    const { measure, measured } = counted({
      storage: { ...memoryStorage(), get: fails, put: fails },
      onStorageFailure: ({ code }) => told.push(code),
    })
    expect(await measure(onGpu)).toBe(900)
    expect(await measure(onGpu)).toBe(900)
    expect(measured).toEqual(['gpu', 'gpu'])
    expect(told).toEqual(Array(4).fill('storage/unavailable'))
  })

  test('decides for a small model where it runs', async () => {
    const gpu = {
      device: 'webgpu',
      name: 'ada',
      f16: true,
      subgroups: true,
      isSoftware: false,
      maxBufferBytes: 2 ** 32,
    }
    const look = async () => ({ cores: 4, threads: true, cpu: true, memoryBytes: 2 ** 33, gpu, notes: [] })
    const { measure, measured } = counted()
    const manager = hardwareManager({ probe: { look, usedBytes: async () => 0 }, measure })
    const need = { weights: { q4: 20 * 2 ** 20 }, bytesPerSlot: 4096, slots: 1024 }
    const { kind, reasons } = await manager.choose(need)
    expect(kind).toBe('gpu')
    expect(reasons.at(-1)).toBe(
      'measured: 900 tokens/s on webgpu with q4, 300 tokens/s on the CPU with q4 on one thread',
    )
    await manager.choose(need)
    expect(measured).toEqual(['gpu', 'cpu'])
  })
})
