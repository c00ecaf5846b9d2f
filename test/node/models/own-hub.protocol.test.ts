import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localModel } from '../../../node/index.ts'
import { hubAddresses, type ScriptedPlace, scriptedPlace } from '../../inference/files/scripted-place.ts'

const nano = new URL('../../../models/nano/', import.meta.url)
const names = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx']
const files = Object.fromEntries(names.map(name => [name, new Uint8Array(readFileSync(new URL(name, nano)))]))

let place: ScriptedPlace | undefined
const server = createServer(async (request, response) => {
  const answer = await place?.fetch(`${endpoint}${request.url}`)
  response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers.entries() ?? []))
  response.end(new Uint8Array((await answer?.arrayBuffer()) ?? new ArrayBuffer(0)))
})
let endpoint = ''
let cacheFolder = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  place = scriptedPlace({ files: hubAddresses(files, 'c'.repeat(40), { endpoint }) })
  cacheFolder = await mkdtemp(join(tmpdir(), 'kkachi-own-hub-'))
})
afterAll(() => rm(cacheFolder, { recursive: true }))

const answer = async (options: Parameters<typeof localModel>[1], name = 'test/model'): Promise<string> => {
  const model = localModel(name, { weights: 'fp32', ...options })
  try {
    const messages = [{ role: 'user', content: 'What does Clara do?' } as const]
    return (await model.generate({ messages, temperature: 0, maxTokens: 12 })).completions[0].text
  } finally {
    await model.close()
  }
}

test('a model comes from a hub of one’s own, answers as its folder does, and needs nobody afterwards', async () => {
  const expected = await answer({}, 'nano')
  expect(await answer({ endpoint, cacheFolder })).toBe(expected)
  const asked = place?.arrived.length ?? 0
  expect(asked).toBeGreaterThanOrEqual(names.length)
  expect(await answer({ endpoint, cacheFolder, offline: true })).toBe(expected)
  expect(place?.arrived.length).toBe(asked)
  await new Promise(resolve => server.close(resolve))
  expect(await answer({ endpoint, cacheFolder })).toBe(expected)
})

test('a hub that cannot be reached is told with the reason', async () => {
  const nowhere = 'http://127.0.0.1:2' // a port without a service
  await expect(answer({ endpoint: nowhere, cacheFolder: join(cacheFolder, 'empty') })).rejects.toThrow(
    /could not be downloaded: fetch failed \(ECONNREFUSED\)/,
  )
})
