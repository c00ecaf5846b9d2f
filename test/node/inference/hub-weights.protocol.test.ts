import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as onnxruntime from 'onnxruntime-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folderFileCache } from '../../../node/inference/folder-file-cache.ts'
import { type FileCache, hubFiles, loadNetwork, type ModelFiles } from '../../../src/inference/index.ts'
import { broughtOnnxRuntime, type OnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'
import { hubAddresses, type ScriptedPlace, scriptedPlace } from '../../inference/files/scripted-place.ts'

const folder = fileURLToPath(new URL('../../vectors/networks/rotating', import.meta.url))
const names = ['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data']
const files = Object.fromEntries(names.map(name => [name, new Uint8Array(readFileSync(join(folder, name)))]))
const weights = 'onnx/model.onnx_data'

let place: ScriptedPlace
let endpoint = ''
let server: Server

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
    try {
      const told = await place.fetch(`${endpoint}${request.url}`, { headers })
      response.writeHead(told.status, Object.fromEntries(told.headers.entries()))
      for await (const chunk of told.body ?? []) await new Promise(sent => response.write(chunk, sent))
      response.end()
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => server.close())

/** What a session is given, and which files were taken into memory on the way. */
interface Seen {
  readonly read: string[]
  readonly cacheRead: string[]
  readonly sessions: (readonly unknown[])[]
}

const logitsOf = async (given: ModelFiles, seen: Seen): Promise<Float32Array> => {
  const files: ModelFiles = {
    ...given,
    read(name, options) {
      seen.read.push(name)
      return given.read(name, options)
    },
  }
  const runtime = await broughtOnnxRuntime('rotating', 'onnxruntime-node', async () => watched(seen))
  const network = await loadNetwork(files, { runtime, weights: 'fp32', device: 'cpu', threads: 1 })
  const memory = network.memory(8)
  const logits = (await network.step(memory, { tokens: [1, 2, 3], positions: [0, 1, 2], at: 0, keep: 1 })).slice()
  await network.close()
  return logits
}

const watched = (seen: Seen): OnnxRuntime => {
  const real = onnxruntime as unknown as OnnxRuntime
  return {
    ...real,
    InferenceSession: {
      create(graph, options) {
        seen.sessions.push([graph.length, options])
        return real.InferenceSession.create(graph, options)
      },
    },
  }
}

const watchedCache = (cache: FileCache, seen: Seen): FileCache => ({
  ...cache,
  read(key, options) {
    seen.cacheRead.push(key)
    return cache.read(key, options)
  },
  async part(key, at) {
    const part = await cache.part(key, at)
    const { bytes } = part
    part.bytes = () => {
      seen.cacheRead.push(key)
      return bytes()
    }
    return part
  },
})

/** Over HTTP, but that the first answer with weights breaks off after some of them were heard. */
const breakingOnce = (): typeof fetch => {
  let broken = false
  return async (input, init) => {
    const response = await fetch(input, init)
    const reader = String(input).endsWith('_data') && !broken ? response.body?.getReader() : undefined
    if (reader === undefined) return response
    broken = true
    let heard = 0
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      if (heard > 0) {
        await reader.cancel()
        return controller.error(new TypeError('terminated'))
      }
      const { value = new Uint8Array(0) } = await reader.read()
      heard = value.length
      controller.enqueue(value.subarray(0, 50_000))
    }
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), response)
  }
}

const sawWeights = ({ read, cacheRead }: Seen): boolean => [...read, ...cacheRead].some(name => name.includes('_data'))
const newSeen = (): Seen => ({ read: [], cacheRead: [], sessions: [] })

test('weights beside a graph come from the hub onto the disk, and the session is given their folder', async () => {
  const size = files[weights]?.length ?? 0
  place = scriptedPlace({ files: hubAddresses(files, 'c'.repeat(40), { endpoint }) })
  const cacheFolder = await mkdtemp(join(tmpdir(), 'kkachi-'))
  const open = (seen: Seen, offline = false) => {
    const cache = watchedCache(folderFileCache(cacheFolder), seen)
    const failed = (error: Error) => expect.unreachable(error.message)
    return hubFiles('test/model', {
      endpoint,
      cache,
      offline,
      fetch: breaking,
      random: () => 0,
      onCacheFailure: failed,
    })
  }
  const breaking = breakingOnce()
  const [first, again, memory] = [newSeen(), newSeen(), newSeen()]
  const progress: string[] = []
  const located = await open(newSeen()).locate?.(weights, {
    onProgress: ({ file, loaded, total }) => progress.push(`${file} ${loaded}/${total}`),
  })
  expect(progress.at(-1)).toBe(`${weights} ${size}/${size}`)
  // It broke on the way, and went on.
  expect(place.arrived.filter(({ url, headers }) => url.endsWith('_data') && headers.range).length).toBeGreaterThan(0)
  expect(readFileSync(located?.path ?? '')).toEqual(readFileSync(join(folder, weights)))

  const logits = await logitsOf(open(first), first)
  const asked = place.arrived.length
  place.isDown = true
  expect(await logitsOf(open(again), again)).toEqual(logits)
  expect(await logitsOf(open(newSeen(), true), newSeen())).toEqual(logits)
  expect(place.arrived.slice(asked).every(({ url }) => url.includes('/api/'))).toBe(true)
  for (const seen of [first, again]) {
    expect(sawWeights(seen)).toBe(false)
    expect(JSON.stringify(seen.sessions[0])).not.toContain('externalData')
    const where = JSON.stringify(`${cacheFolder}/files`).slice(1, -1)
    expect(JSON.stringify(seen.sessions[0])).toContain(`"model_external_initializers_file_folder_path":"${where}`)
  }
  const { locate, ...elsewhere } = open(memory)
  expect(await logitsOf(elsewhere, memory)).toEqual(logits)
  expect([sawWeights(memory), locate === undefined]).toEqual([true, false])
})

test('security 25: weights that are not what the hub told never get a path', async () => {
  const addresses = hubAddresses(files, 'c'.repeat(40), { endpoint })
  const wrong = new Uint8Array(files[weights] ?? [])
  wrong[100] = 1 ^ (wrong[100] ?? 0)
  const address = Object.keys(addresses).find(one => one.endsWith('_data')) ?? ''
  const cacheFolder = await mkdtemp(join(tmpdir(), 'kkachi-'))
  const open = () => hubFiles('test/model', { endpoint, cache: folderFileCache(cacheFolder), random: () => 0 })
  place = scriptedPlace({ files: { ...addresses, [address]: wrong } })
  await expect(open().locate?.(weights)).rejects.toThrow(/onnx\/model.onnx_data .* is not what it has to be/)
  place = scriptedPlace({ files: { ...addresses, [address]: wrong.slice(0, -1) } })
  await expect(open().locate?.(weights)).rejects.toThrow(/_data .* could not be downloaded: it has \d+ bytes, expected/)
  await expect(open().locate?.('../x')).rejects.toMatchObject({ code: 'runtime/model-files' })
  place = scriptedPlace({ files: addresses })
  expect((await open().locate?.(weights))?.bytes).toBe(files[weights]?.length)
})

test('a cache too small for the weights leaves them to memory, and they come once', async () => {
  place = scriptedPlace({ files: hubAddresses(files, 'c'.repeat(40), { endpoint }) })
  const cache = folderFileCache(await mkdtemp(join(tmpdir(), 'kkachi-')), { maxBytes: 1000 })
  const seen = newSeen()
  await logitsOf(hubFiles('test/model', { endpoint, cache, random: () => 0 }), seen)
  expect(seen.read).toContain(weights)
  expect(place.arrived.filter(({ url }) => url.endsWith('_data'))).toHaveLength(1)
})
