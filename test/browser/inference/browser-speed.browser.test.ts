import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserSpeed } from '../../../browser/inference/browser-speed.ts'
import { memoryStorage } from '../../../src/index.ts'
import { addressFiles, type Hardware, hardwareManager } from '../../../src/inference/index.ts'

/** A network of two layers. */
const files = addressFiles({
  'config.json': new URL('../../vectors/networks/plain/config.json', import.meta.url).href,
  'onnx/model.onnx': new URL('../../vectors/networks/plain/onnx/model.onnx', import.meta.url).href,
})

/** The GPU of this browser, which the CPU plays, as if it were one. */
const gpu = {
  device: 'webgpu',
  name: 'played',
  f16: false,
  subgroups: true,
  isSoftware: false,
  maxBufferBytes: 2 ** 31,
}
const hardware: Hardware = { cores: 1, threads: false, cpu: true, memoryBytes: 2 ** 31, gpu, notes: [] }
const probe = { look: async () => hardware, usedBytes: async () => undefined }
const need = { weights: { fp32: 16 * 2 ** 20 }, bytesPerSlot: 1024, slots: 1024 }

const requestDevice = GPUAdapter.prototype.requestDevice
let devices = 0
beforeAll(() => {
  GPUAdapter.prototype.requestDevice = function (...given) {
    devices += 1
    return requestDevice.apply(this, given)
  }
})
afterAll(() => {
  GPUAdapter.prototype.requestDevice = requestDevice
})

test('a small model runs where it was measured to be quicker, and is measured once', async () => {
  const storage = memoryStorage()
  const manager = () => {
    const speeds: Record<string, number> = {}
    const speed = browserSpeed({ id: 'local/plain', files, probe, storage, maxMs: 20 })
    const measure: typeof speed = async backend => {
      speeds[backend.kind] = await speed(backend)
      return speeds[backend.kind] ?? 0
    }
    return { speeds, choose: () => hardwareManager({ probe, measure }).choose(need) }
  }
  const first = manager()
  const { kind, reasons } = await first.choose()
  const { gpu: onGpu = 0, cpu: onCpu = 0 } = first.speeds
  console.info(reasons.at(-1))
  expect(onGpu).toBeGreaterThan(0)
  expect(onCpu).toBeGreaterThan(0)
  expect(kind).toBe(onGpu > onCpu ? 'gpu' : 'cpu')
  expect(reasons.at(-1)).toMatch(/^measured: /)
  expect(devices).toBe(1)

  const again = manager()
  expect((await again.choose()).kind).toBe(kind)
  expect(again.speeds).toEqual(first.speeds)
  expect(devices).toBe(1)
}, 240_000)
