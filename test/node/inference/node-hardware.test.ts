import { describe, expect, test } from 'vitest'
import { nodeHardware } from '../../../node/inference/node-hardware.ts'
import { hardwareManager } from '../../../src/inference/index.ts'

const offering = (...names: string[]) => ({
  runtime: async () => ({ listSupportedBackends: () => names.map(name => ({ name, bundled: true })) }),
})

describe('nodeHardware', () => {
  test('sees this machine as it is, and a model fits on it', async () => {
    const probe = nodeHardware()
    const { cores, threads, cpu, memoryBytes = 0, notes } = await probe.look()
    expect({ threads, cpu }).toEqual({ threads: true, cpu: true })
    expect(cores).toBeGreaterThanOrEqual(1)
    expect(memoryBytes).toBeGreaterThan(2 ** 20)
    expect(notes[0]).toMatch(/^onnxruntime-node has cpu/)
    expect(await probe.usedBytes()).toBeGreaterThan(2 ** 20)
    const need = { weights: { fp32: 4_000_000 }, bytesPerSlot: 4096, slots: 1024 }
    expect(await hardwareManager({ probe }).choose(need)).toMatchObject({ kind: 'cpu', threads: 1, weights: 'fp32' })
  })

  test.each([
    ['linux', ['cpu', 'webgpu', 'cuda'], ['/proc/driver/nvidia/version'], 'cuda', true],
    ['linux', ['cpu', 'webgpu'], ['/proc/driver/nvidia/version'], 'webgpu', false],
    ['linux', ['cpu', 'webgpu'], ['/dev/dri/renderD128'], 'webgpu', false],
    ['linux', ['cpu', 'webgpu', 'cuda'], [], undefined, undefined],
    ['darwin', ['cpu', 'webgpu', 'coreml'], [], 'webgpu', false],
    ['darwin', ['cpu', 'coreml'], [], 'coreml', false],
    ['win32', ['cpu', 'dml', 'webgpu'], [], 'webgpu', false],
    ['win32', ['cpu', 'dml'], [], 'dml', false],
    ['win32', ['cpu'], [], undefined, undefined],
  ] as const)('on %s with %j and %j the GPU is reached through %s', async (platform, names, paths, device, f16) => {
    const exists = (path: string): boolean => paths.some(one => one === path)
    const { gpu } = await nodeHardware({ ...offering(...names), platform, exists }).look()
    expect([gpu?.device, gpu?.f16]).toEqual([device, f16])
  })

  test('what was tried in vain is passed over', async () => {
    const given = { ...offering('cpu', 'webgpu', 'cuda'), platform: 'linux', exists: () => true }
    const found = []
    for (const names of [[], ['cuda'], ['cuda', 'webgpu']]) {
      found.push((await nodeHardware({ ...given, without: new Set(names) }).look()).gpu?.device)
    }
    expect(found).toEqual(['cuda', 'webgpu', undefined])
  })

  test('what its user knows of the GPU counts', async () => {
    const probe = nodeHardware({ ...offering('cpu'), exists: () => false, gpu: { device: 'webgpu', f16: true } })
    expect((await probe.look()).gpu).toEqual({
      ...{ device: 'webgpu', name: '', f16: true, subgroups: false, isSoftware: false },
    })
  })

  test.each([
    [
      'cannot be loaded',
      () => Promise.reject(new Error('Cannot find package')),
      /could not be loaded \(Cannot find package\)/,
    ],
    ['is of another kind', async () => ({ listSupportedBackends: () => 'none' }), /no backend that it names/],
  ])('a runtime that %s is told', async (_, runtime, told) => {
    expect((await nodeHardware({ runtime, exists: () => false }).look()).notes[0]).toMatch(told)
  })
})
