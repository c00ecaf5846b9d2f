import { describe, expect, test } from 'vitest'
import {
  type BrowserScope,
  browserHardware,
  type GpuAdapterFacts,
} from '../../../browser/inference/browser-hardware.ts'

const adapter = (features: readonly string[], info: GpuAdapterFacts['info'] = {}): BrowserScope => ({
  navigator: {
    hardwareConcurrency: 6,
    deviceMemory: 4,
    gpu: { requestAdapter: async () => ({ features: new Set(features), limits: { maxBufferSize: 2 ** 31 }, info }) },
  },
})

describe('browserHardware', () => {
  test('sees this browser as it is', async () => {
    const { cores, threads, cpu, memoryBytes = 0, gpu, notes } = await browserHardware().look()
    expect({ cores, threads, cpu }).toEqual({
      ...{ cores: navigator.hardwareConcurrency, threads: crossOriginIsolated, cpu: true },
    })
    expect(memoryBytes).toBeGreaterThan(2 ** 28)
    // Where the tests run, the CPU plays the GPU.
    if (gpu) expect(gpu).toMatchObject({ device: 'webgpu', isSoftware: true })
    expect(notes).toHaveLength(3)
  })

  test('tells how much it takes, or that nobody says', async () => {
    const used = await browserHardware().usedBytes()
    if (used !== undefined) expect(used).toBeGreaterThan(0)
    expect(await browserHardware({}).usedBytes()).toBeUndefined()
    const measuring = { measureUserAgentSpecificMemory: async () => ({ bytes: 7 }), memory: { usedJSHeapSize: 5 } }
    expect(await browserHardware({ performance: measuring }).usedBytes()).toBe(7)
    const refusing = { ...measuring, measureUserAgentSpecificMemory: () => Promise.reject(new Error('not isolated')) }
    expect(await browserHardware({ performance: refusing }).usedBytes()).toBe(5)
  })

  test('tells what an adapter can do', async () => {
    const scope = adapter(['shader-f16', 'subgroups'], { vendor: 'apple', architecture: 'metal-3' })
    expect(await browserHardware(scope).look()).toMatchObject({
      ...{ cores: 6, threads: false, cpu: false, memoryBytes: 2 ** 31 },
      gpu: { name: 'apple metal-3', f16: true, subgroups: true, isSoftware: false, maxBufferBytes: 2 ** 31 },
    })
    for (const info of [{ isFallbackAdapter: true }, { vendor: 'google', architecture: 'swiftshader' }]) {
      expect((await browserHardware(adapter([], info)).look()).gpu).toMatchObject({ f16: false, isSoftware: true })
    }
  })

  test.each<[string, BrowserScope, RegExp]>([
    ['no WebGPU', {}, /has no WebGPU/],
    ['no adapter', { navigator: { gpu: { requestAdapter: async () => null } } }, /has no adapter/],
    ['a failure', { navigator: { gpu: { requestAdapter: () => Promise.reject(new Error('x')) } } }, /WebGPU failed: x/],
  ])('%s is told', async (_, scope, told) => {
    const { gpu, notes } = await browserHardware(scope).look()
    expect(gpu).toBeUndefined()
    expect(notes[0]).toMatch(told)
  })

  test('works in a worker', async () => {
    const worker = new Worker(new URL('./hardware-worker.ts', import.meta.url), { type: 'module' })
    const seen = await new Promise(resolve => {
      worker.onmessage = ({ data }) => resolve(data)
    })
    worker.terminate()
    expect(seen).toMatchObject({ cpu: true, cores: navigator.hardwareConcurrency })
  })
})
