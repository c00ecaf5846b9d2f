import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as onnxruntime from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { folderFileCache } from '../../../node/inference/folder-file-cache.ts'
import { addressFiles, type ModelFiles } from '../../../src/inference/index.ts'
import { externalFiles } from '../../../src/inference/onnx/external-files.ts'
import { loadNetwork } from '../../../src/inference/onnx/load-network.ts'
import { broughtOnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'
import { type PlaceOptions, scriptedPlace } from '../../inference/files/scripted-place.ts'

const base = 'https://models.test/rotating/'
const folder = fileURLToPath(new URL('../../vectors/networks/rotating', import.meta.url))
const names = ['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data']
const files = Object.fromEntries(
  names.map(name => [`${base}${name}`, new Uint8Array(readFileSync(join(folder, name)))]),
)
const weights = 'onnx/model.onnx_data'
const bytes = files[base + weights] ?? new Uint8Array()
const changed = bytes.map(byte => byte ^ 1)

const placed = (place: Partial<PlaceOptions> = {}, maxBytes?: number) => {
  const scripted = scriptedPlace({ files, ...place })
  const cacheFolder = mkdtempSync(join(tmpdir(), 'kkachi-address-'))
  const make = () =>
    addressFiles(base, {
      fetch: scripted.fetch,
      cache: folderFileCache(cacheFolder, maxBytes === undefined ? {} : { maxBytes }),
      attempts: 2,
      random: () => 0,
      onCacheFailure: error => expect.unreachable(error.message),
    })
  return { scripted, cacheFolder, make, files: make() }
}

const runtimeHere = () => broughtOnnxRuntime('rotating', 'onnxruntime-node', async () => onnxruntime)

const logitsOf = async (given: ModelFiles, read: string[] = []): Promise<Float32Array> => {
  const watched: ModelFiles = {
    ...given,
    read(name, options) {
      read.push(name)
      return given.read(name, options)
    },
  }
  const network = await loadNetwork(watched, {
    ...{ runtime: await runtimeHere(), weights: 'fp32', device: 'cpu', threads: 1 },
  })
  const memory = network.memory(8)
  const logits = (await network.step(memory, { tokens: [1, 2, 3], positions: [0, 1, 2], at: 0, keep: 1 })).slice()
  await network.close()
  return logits
}

describe('weights at an address without a SHA-256', () => {
  test.each(['etag', 'weak', 'date'] as const)('are read from the disk by the runtime, told by %s', async validator => {
    const { scripted, make } = placed({ validator })
    const [read, again]: [string[], string[]] = [[], []]
    const logits = await logitsOf(make(), read)
    expect(read).toEqual(names.slice(0, 2))
    expect(scripted.arrived.filter(({ url }) => url.endsWith('_data'))).toHaveLength(1)
    expect(await logitsOf(make(), again)).toEqual(logits)
    expect(again).toEqual(read)
    const { locate, ...elsewhere } = make()
    expect(await logitsOf(elsewhere)).toEqual(logits)
    // Asked for by their version, they came once.
    const asked = scripted.arrived.filter(({ url }) => url.endsWith('_data')).slice(1)
    expect(asked).toHaveLength(2)
    for (const { headers } of asked) expect(Object.keys(headers)).toHaveLength(1)
    scripted.isDown = true
    expect(await logitsOf(make())).toEqual(logits)
  })

  test('lie elsewhere in another version, and what a path was told for is never another one', async () => {
    const { scripted, make } = placed()
    const before = await make().locate?.(weights)
    expect(await make().locate?.(weights)).toEqual(before)
    scripted.files = { ...files, [base + weights]: changed }
    const after = await make().locate?.(weights)
    expect(after?.path).not.toBe(before?.path)
    expect(new Uint8Array(readFileSync(after?.path ?? ''))).toEqual(changed)
    const there = [before?.path ?? ''].flatMap(path => {
      try {
        return [new Uint8Array(readFileSync(path))]
      } catch {
        return []
      }
    })
    for (const found of there) expect(found).toEqual(bytes)
    scripted.files = files
    expect(new Uint8Array(readFileSync((await make().locate?.(weights))?.path ?? ''))).toEqual(bytes)
  })

  test('go on where a connection broke', async () => {
    const { scripted, make } = placed({ breaksAfter: Math.ceil(bytes.length / 3) })
    await expect(make().locate?.(weights)).rejects.toMatchObject({ code: 'runtime/model-files' })
    scripted.breaksAfter = Number.POSITIVE_INFINITY
    const located = await make().locate?.(weights)
    expect(scripted.arrived.at(-1)?.headers.range).toMatch(/^bytes=\d+-$/)
    expect(new Uint8Array(readFileSync(located?.path ?? ''))).toEqual(bytes)
  })

  test.each([
    ['whose place tells no version', { validator: 'none' } as const, undefined],
    ['that are larger than the cache', {}, 1000],
  ])('%s are read into memory, and come once', async (_, place, maxBytes) => {
    const { scripted, make } = placed(place, maxBytes)
    let heard = 0
    const counted = addressFiles(base, {
      cache: folderFileCache(
        mkdtempSync(join(tmpdir(), 'kkachi-address-')),
        maxBytes === undefined ? {} : { maxBytes },
      ),
      async fetch(input, init) {
        const response = await scripted.fetch(input, init)
        const reader = response.body?.getReader()
        const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
          const { value } = (await reader?.read()) ?? {}
          if (value === undefined) return controller.close()
          if (String(input).endsWith('_data')) heard += value.length
          controller.enqueue(value)
        }
        const body = new ReadableStream({ pull, cancel: reason => reader?.cancel(reason) }, { highWaterMark: 0 })
        return new Response(body, response)
      },
    })
    const read: string[] = []
    const logits = await logitsOf(counted, read)
    expect(read).toEqual(names)
    expect(heard).toBe(bytes.length)
    expect(await logitsOf(placed().files)).toEqual(logits)
    expect(await make().locate?.(weights)).toBeUndefined()
  })

  test('in several files lie side by side once all of them came', async () => {
    const more = `${base}onnx/model.onnx_data_1`
    const { scripted, make } = placed({ files: { ...files, [more]: changed } })
    const tensors = ['model.onnx_data', 'model.onnx_data_1'].map(location => ({
      ...{ name: location, location, offset: 0, length: bytes.length, shape: [bytes.length], type: 2 },
    }))
    const find = async (given: ModelFiles) =>
      externalFiles(given, 'onnx/model.onnx', tensors, { device: 'cpu', runtime: await runtimeHere() })
    const first = await find(make())
    expect(first).toMatchObject({ externalData: [] })
    const where = first.externalFolder?.folder ?? ''
    expect(readFileSync(join(where, 'model.onnx_data_1'))).toEqual(Buffer.from(changed))
    expect((await find(make())).externalFolder?.folder).toBe(where)
    scripted.files = { ...files, [more]: bytes }
    const another = (await find(make())).externalFolder?.folder ?? ''
    expect(dirname(another)).not.toBe(dirname(where))
    expect(readFileSync(join(another, 'model.onnx_data'))).toEqual(Buffer.from(bytes))
    expect(readFileSync(join(another, 'model.onnx_data_1'))).toEqual(Buffer.from(bytes))
  })
})
