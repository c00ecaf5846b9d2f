import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressFiles } from '../../../src/inference/files/address-files.ts'
import type { FileCache } from '../../../src/inference/files/file-cache.ts'
import { type HubFilesOptions, hubFiles } from '../../../src/inference/files/hub-files.ts'
import { storedFileCache } from '../../../src/inference/files/stored-file-cache.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'
import { describeModelFiles, testFiles } from '../../contracts/model-files-contract.ts'
import { hubAddresses, type PlaceOptions, type ScriptedPlace, scriptedPlace } from './scripted-place.ts'

const commit = 'c'.repeat(40)
const model = 'onnx/model.onnx'

/** Answers over HTTP what a scripted place answers, and breaks connections where that breaks off. */
const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const servers: Server[] = []
let origin = ''
/** By the first part of their paths. */
const places: ScriptedPlace[] = []

/** A place over HTTP; its files are made for the address it gets. */
const placed = (
  filesAt: (endpoint: string) => Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  options: Omit<PlaceOptions, 'files'> = {},
) => {
  const endpoint = `${origin}/${places.length}`
  const place = scriptedPlace({ files: filesAt(endpoint), ...options })
  places.push(place)
  return { endpoint, place }
}

beforeAll(async () => {
  const served = await serve(async (request, response) => {
    const place = places[Number(request.url?.split('/')[1])]
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
    const told = await place?.fetch(`${origin}${request.url}`, { method: request.method ?? 'GET', headers })
    response.writeHead(told?.status ?? 404, Object.fromEntries(told?.headers.entries() ?? []))
    // What was written before a break has to be on its way.
    for await (const chunk of told?.body ?? []) await new Promise(sent => response.write(chunk, sent))
    response.end()
  })
  servers.push(served.server)
  origin = served.origin
})

afterAll(() => {
  for (const server of servers) server.close()
})

const newCache = (): FileCache => storedFileCache({ storage: memoryStorage(), pieceBytes: 10_000 })

const hub = (files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>, options: Omit<PlaceOptions, 'files'> = {}) => {
  const { endpoint, place } = placed(at => hubAddresses(files, commit, { endpoint: at }), options)
  const open = (more: HubFilesOptions) => hubFiles('test/model', { endpoint, random: () => 0, ...more })
  return { endpoint, place, open }
}

describeModelFiles('hubFiles over HTTP', { make: async files => hub(files).open({ cache: newCache() }) })
describeModelFiles('addressFiles over HTTP', {
  make: async files => {
    const { endpoint } = placed(at =>
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${at}/files/${name}`, bytes])),
    )
    return addressFiles(`${endpoint}/files`, { cache: newCache(), random: () => 0 })
  },
})

describe('files over HTTP', () => {
  test('go on where connections broke, and need nobody once they are kept', async () => {
    const cache = newCache()
    const { open, place } = hub(testFiles, { breaksAfter: 25_000 })
    expect(await open({ cache }).read(model)).toEqual(testFiles[model])
    expect(place.arrived.flatMap(({ headers }) => headers.range ?? []).length).toBeGreaterThan(0)
    place.isDown = true
    expect(await open({ cache }).read(model)).toEqual(testFiles[model])
  })

  test('that were packed for the way are read as they are, and never in parts', async () => {
    const text = new TextEncoder().encode('{"vocab":"까치"}'.repeat(5000))
    const packed = gzipSync(text)
    let requests = 0
    const { server, origin: packing } = await serve(async (_, response) => {
      requests += 1
      const headers = { 'content-encoding': 'gzip', 'content-length': packed.length, etag: '"one"' }
      response.writeHead(200, headers)
      if (requests > 1) response.end(packed)
      else response.write(packed.subarray(0, packed.length / 2), () => response.destroy())
    })
    servers.push(server)
    const files = addressFiles(packing, { cache: newCache(), random: () => 0 })
    expect(await files.read('tokenizer.json')).toEqual(text)
    expect(requests).toBe(2)
  })

  test('a token stays with the hub when it sends somewhere else', async () => {
    const seen: (string | undefined)[] = []
    const { server, origin: elsewhere } = await serve(async (request, response) => {
      seen.push(request.headers.authorization)
      response.end('never')
    })
    servers.push(server)
    const { open, place } = hub(testFiles, {
      before: ({ url }) =>
        url.includes('/resolve/')
          ? new Response(null, { status: 302, headers: { location: `${elsewhere}/x` } })
          : undefined,
    })
    const files = open({ token: 'hf_secret' })
    // Over HTTP no other origin is allowed at all.
    await expect(files.read(model)).rejects.toThrow(/redirects to http:\/\/127\.0\.0\.1/)
    expect(seen).toEqual([])
    expect(place.arrived.map(({ headers }) => headers.authorization)).toEqual(['Bearer hf_secret', 'Bearer hf_secret'])
  })
})
