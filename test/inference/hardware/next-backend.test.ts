import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BackendConfig, WeightType } from '../../../src/inference/backend-config.ts'
import { backendCandidates } from '../../../src/inference/hardware/backend-candidates.ts'
import { backendText } from '../../../src/inference/hardware/backend-text.ts'
import type { Hardware } from '../../../src/inference/hardware/hardware.ts'
import type { ModelNeed } from '../../../src/inference/hardware/model-need.ts'
import { type BackendTrouble, nextBackend } from '../../../src/inference/hardware/next-backend.ts'

const MiB = 2 ** 20

const device: Hardware = {
  ...{ cores: 4, threads: true, cpu: true, memoryBytes: 16_000 * MiB, notes: [] },
  gpu: {
    ...{ device: 'webgpu', name: 'x', f16: true, subgroups: true, isSoftware: false },
    maxBufferBytes: 16_000 * MiB,
  },
}
const need: ModelNeed = {
  weights: { fp16: 1200 * MiB, q4: 900 * MiB, q4f16: 570 * MiB },
  bytesPerSlot: 200_000,
  slots: 4096,
}

/** Every step of one trouble, from a backend to the end. */
const ladder = (
  from: BackendConfig,
  trouble: BackendTrouble,
  options = { candidates: backendCandidates(device, need, {}), need, remote: true },
): string[] => {
  const steps: string[] = []
  for (let at = nextBackend(from, trouble, options); at; at = nextBackend(at, trouble, options)) {
    steps.push(backendText(at))
    if (steps.length > 100) throw new RangeError('the ladder has no end')
  }
  return steps
}

const onGpu = (weights: WeightType): BackendConfig => ({ kind: 'gpu', device: 'webgpu', weights, reasons: [] })

describe('nextBackend', () => {
  test('out of memory: smaller weights, a smaller memory, the CPU, remote', () => {
    expect(ladder(onGpu('fp16'), 'memory')).toEqual([
      'webgpu with q4',
      'webgpu with q4f16',
      'webgpu with q4f16, room for 2048 tokens',
      'webgpu with q4f16, room for 1024 tokens',
      'the CPU with q4f16 on 4 threads',
      'the CPU with q4f16 on 4 threads, room for 2048 tokens',
      'the CPU with q4f16 on 4 threads, room for 1024 tokens',
      'remote',
    ])
  })

  test('other numbers: without subgroups, in single precision, the CPU, remote', () => {
    expect(ladder(onGpu('q4f16'), 'numerics')).toEqual([
      'webgpu with q4f16, without subgroups',
      'webgpu with q4, without subgroups',
      'the CPU with q4 on 4 threads',
      'remote',
    ])
  })

  test.each(['device-lost', 'refused'] as const)('%s: the CPU, remote', trouble => {
    expect(ladder(onGpu('q4f16'), trouble)).toEqual(['the CPU with q4 on 4 threads', 'remote'])
  })

  test('every ladder goes down and ends, whatever the device, the model and the troubles', () => {
    const weights = fc.record(
      Object.fromEntries(
        (['fp32', 'fp16', 'q8', 'q4', 'q4f16'] as const).map(type => [type, fc.integer({ min: 1, max: 4000 })]),
      ),
      { requiredKeys: [] },
    )
    const troubles = fc.infiniteStream(fc.constantFrom<BackendTrouble>('memory', 'numerics', 'device-lost', 'refused'))
    fc.assert(
      fc.property(
        weights,
        troubles,
        fc.integer({ min: 1, max: 10_000 }),
        fc.boolean(),
        (sizes, stream, slots, remote) => {
          const some: ModelNeed = {
            weights: Object.fromEntries(Object.entries(sizes).map(([type, size]) => [type, (size ?? 0) * MiB])),
            ...{ bytesPerSlot: 100_000, slots },
          }
          const candidates = backendCandidates(device, some, {})
          const seen = new Set<string>()
          let at: BackendConfig | undefined = candidates.fitting[0]
          while (at) {
            const text = backendText(at)
            expect(seen.has(text)).toBe(false)
            seen.add(text)
            const trouble = stream.next().value ?? 'memory'
            at = nextBackend(at, trouble, { candidates, need: some, remote })
          }
          if (remote && candidates.fitting.length > 0) expect([...seen].at(-1)).toBe('remote')
        },
      ),
      { numRuns: 2000 },
    )
  })
})
