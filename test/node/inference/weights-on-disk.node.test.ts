import { cp, mkdtemp, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as onnxruntime from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { folderFiles } from '../../../node/inference/folder-files.ts'
import type { ModelFiles } from '../../../src/inference/model-files.ts'
import { loadNetwork } from '../../../src/inference/onnx/load-network.ts'
import { broughtOnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'

const folder = fileURLToPath(new URL('../../vectors/networks/rotating', import.meta.url))

const logitsOf = async (files: ModelFiles): Promise<{ logits: Float32Array; bytes: number }> => {
  const runtime = await broughtOnnxRuntime('rotating', 'onnxruntime-node', async () => onnxruntime)
  const network = await loadNetwork(files, { runtime, weights: 'fp32', device: 'cpu', threads: 1 })
  const memory = network.memory(8)
  const logits = (await network.step(memory, { tokens: [1, 2, 3], positions: [0, 1, 2], at: 0, keep: 1 })).slice()
  await network.close()
  return { logits, bytes: network.bytes }
}

/** The same files, and which of them were read into memory. */
const watched = (files: ModelFiles, read: string[]): ModelFiles => ({
  ...files,
  read(name, options) {
    read.push(name)
    return files.read(name, options)
  },
})

test('the runtime reads weights beside a graph from the disk, and they are those that were read into memory', async () => {
  const files = folderFiles(folder)
  const [read, all]: [string[], string[]] = [[], []]
  const { locate, ...elsewhere } = files
  const fromDisk = await logitsOf(watched(files, read))
  const fromMemory = await logitsOf(watched(elsewhere, all))
  expect(read).toEqual(['config.json', 'onnx/model.onnx'])
  expect(all).toEqual(['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data'])
  expect(fromDisk).toEqual(fromMemory)
  expect(await locate?.('onnx/model.onnx_data')).toMatchObject({ path: join(folder, 'onnx', 'model.onnx_data') })
})

test('security 25: weights on the disk that are cut short are refused before the runtime sees them', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'kkachi-'))
  await cp(folder, copy, { recursive: true })
  await truncate(join(copy, 'onnx', 'model.onnx_data'), 100)
  await expect(logitsOf(folderFiles(copy))).rejects.toMatchObject({
    code: 'runtime/model-files',
    message: expect.stringContaining('of 100 bytes of model.onnx_data'),
  })
})

test('security 25: what is no file of the folder has no place on the disk', async () => {
  const files = folderFiles(folder)
  await expect(files.locate?.('../plain/config.json')).rejects.toMatchObject({ code: 'runtime/model-files' })
  expect(await files.locate?.('onnx/absent')).toBeUndefined()
})
