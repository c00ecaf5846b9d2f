import { describe, expect, test } from 'vitest'
import type { BackendConfig, LocalModelEvent } from '../../../src/inference/backend-config.ts'
import type { GpuFacts, Hardware } from '../../../src/inference/hardware/hardware.ts'
import { type HardwareManagerOptions, hardwareManager } from '../../../src/inference/hardware/hardware-manager.ts'
import type { ModelNeed } from '../../../src/inference/hardware/model-need.ts'

const MiB = 2 ** 20
const GiB = 2 ** 30

const gpu: GpuFacts = {
  ...{ device: 'webgpu', name: 'nvidia ada', f16: true, subgroups: true, isSoftware: false },
  maxBufferBytes: 4 * GiB,
}
const device: Hardware = { cores: 12, threads: true, cpu: true, memoryBytes: 8 * GiB, gpu, notes: [] }

/** Qwen3-0.6B, about. */
const qwen: ModelNeed = {
  weights: { fp32: 2400 * MiB, fp16: 1200 * MiB, q8: 620 * MiB, q4: 900 * MiB, q4f16: 570 * MiB },
  bytesPerSlot: 229_376,
  slots: 4096,
}
const nano: ModelNeed = { weights: { fp32: 4 * MiB }, bytesPerSlot: 4096, slots: 1024 }

const manager = (hardware: Partial<Hardware> = {}, options: Partial<HardwareManagerOptions> = {}) =>
  hardwareManager({ probe: { look: async () => ({ ...device, ...hardware }), usedBytes: async () => 0 }, ...options })

const choice = async (
  need: ModelNeed,
  hardware: Partial<Hardware> = {},
  options: Partial<HardwareManagerOptions> = {},
) => {
  const { reasons, ...backend } = await manager(hardware, options).choose(need)
  return { backend, reasons: reasons.join('; ') }
}

describe('hardwareManager', () => {
  test('takes half precision in few bits on a GPU that can, with its reasons', async () => {
    const { backend, reasons } = await choice(qwen)
    expect(backend).toEqual({ kind: 'gpu', device: 'webgpu', weights: 'q4f16' })
    expect(reasons).toBe(
      'nvidia ada (webgpu) takes q4f16; 1225 MiB needed of 4096 MiB estimated by the largest buffer; a GPU is there',
    )
  })

  test.each<[string, Partial<Hardware>, Partial<HardwareManagerOptions>, object]>([
    ['no half precision', { gpu: { ...gpu, f16: false } }, {}, { kind: 'gpu', device: 'webgpu', weights: 'q4' }],
    ['no GPU', { gpu: undefined }, {}, { kind: 'cpu', threads: 8, weights: 'q4' }],
    ['no GPU and no threads', { gpu: undefined, threads: false }, {}, { kind: 'cpu', threads: 1, weights: 'q4' }],
    ['threads asked for', { gpu: undefined }, { threads: 3 }, { kind: 'cpu', threads: 3, weights: 'q4' }],
    ['a GPU that the CPU plays', { gpu: { ...gpu, isSoftware: true } }, {}, { kind: 'cpu', threads: 8, weights: 'q4' }],
    [
      'such a one, allowed',
      { gpu: { ...gpu, isSoftware: true } },
      { softwareGpu: true },
      { kind: 'gpu', device: 'webgpu', weights: 'q4f16' },
    ],
    [
      'little GPU memory allowed',
      {},
      { gpuMemoryBytes: 1000 * MiB },
      { kind: 'gpu', device: 'webgpu', weights: 'q4f16', slots: 2043 },
    ],
    ['too little GPU memory allowed', {}, { gpuMemoryBytes: 500 * MiB }, { kind: 'cpu', threads: 8, weights: 'q4' }],
    [
      'little main memory',
      { gpu: undefined },
      { memoryBytes: 1200 * MiB },
      { kind: 'cpu', threads: 8, weights: 'q8', slots: 1650 },
    ],
    [
      'memory that nobody tells',
      { gpu: undefined, memoryBytes: undefined },
      {},
      { kind: 'cpu', threads: 8, weights: 'q4' },
    ],
  ])('with %s', async (_, hardware, options, expected) => {
    expect((await choice(qwen, hardware, options)).backend).toEqual(expected)
  })

  test('a GPU whose buffers are too small for a tensor is passed over', async () => {
    const { backend, reasons } = await choice({ ...qwen, largestTensorBytes: 5 * GiB })
    expect(backend.kind).toBe('cpu')
    expect(reasons).toMatch(/not on the gpu: one tensor has 5368709120 bytes, a buffer at most 4294967296/)
  })

  test('a small model goes to the CPU unmeasured, and to the faster one measured', async () => {
    expect((await choice(nano)).backend).toEqual({ kind: 'cpu', threads: 1, weights: 'fp32' })
    const measure = async ({ kind }: BackendConfig) => (kind === 'gpu' ? 95.25 : 40)
    const { backend, reasons } = await choice(nano, {}, { measure })
    expect(backend.kind).toBe('gpu')
    expect(reasons).toMatch(
      /measured: 95\.3 tokens\/s on webgpu with fp32, 40 tokens\/s on the CPU with fp32 on one thread/,
    )
  })

  test('a backend that breaks while it is measured loses, and a large model is not measured', async () => {
    const measure = async ({ kind }: BackendConfig) => {
      if (kind === 'gpu') throw new Error('device lost')
      return 1
    }
    const { backend, reasons } = await choice(nano, {}, { measure })
    expect(backend.kind).toBe('cpu')
    expect(reasons).toMatch(/webgpu with fp32 broke off \(device lost\)/)
    expect((await choice(qwen, {}, { measure })).backend.kind).toBe('gpu')
  })

  test('where nothing fits it is remote, if that is allowed, or an error with each reason', async () => {
    const nothing = { gpu: undefined, memoryBytes: 100 * MiB }
    const { backend, reasons } = await choice(qwen, nothing, { remote: true })
    expect(backend).toEqual({ kind: 'remote' })
    expect(reasons).toMatch(/not on the cpu with q8: it needs 1063 MiB, 100 MiB are free/)
    await expect(choice(qwen, nothing)).rejects.toMatchObject({
      code: 'runtime/no-backend',
      tried: expect.arrayContaining([{ name: 'gpu', reason: 'there is none that can be reached' }]),
    })
    await expect(choice(qwen, { gpu: undefined, cpu: false })).rejects.toThrow(
      /no onnxruntime-node, and no WebAssembly/,
    )
  })

  test('tells what it chose, and each step down', async () => {
    const events: LocalModelEvent[] = []
    const one = manager({}, { onEvent: event => events.push(event), remote: true })
    const first = await one.choose(qwen)
    const second = await one.degrade(first, 'numerics', qwen)
    expect(second).toMatchObject({ weights: 'q4f16', hidesSubgroups: true })
    expect(events).toEqual([
      { type: 'backend', backend: first },
      {
        type: 'degraded',
        from: 'webgpu with q4f16',
        to: 'webgpu with q4f16, without subgroups',
        reason: 'its numbers are not those of the CPU',
      },
    ])
    await expect(manager().degrade({ kind: 'remote', reasons: [] }, 'memory', qwen)).rejects.toThrow(/remote: memory/)
  })

  test('a look that failed is tried again', async () => {
    let looks = 0
    const look = async () => {
      looks += 1
      if (looks === 1) throw new Error('not yet')
      return device
    }
    const one = hardwareManager({ probe: { look, usedBytes: async () => 0 } })
    await expect(one.hardware()).rejects.toThrow('not yet')
    expect([await one.hardware(), await one.hardware()]).toEqual([device, device])
    expect(looks).toBe(2)
  })
})
