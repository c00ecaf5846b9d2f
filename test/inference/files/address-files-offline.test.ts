import { expect, test } from 'vitest'
import { addressFiles } from '../../../src/inference/files/address-files.ts'
import { storedFileCache } from '../../../src/inference/files/stored-file-cache.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'
import { testClock } from '../../../src/testing/test-clock.ts'
import { testFiles } from '../../contracts/model-files-contract.ts'
import { scriptedPlace } from './scripted-place.ts'

const base = 'https://models.test/qwen/'
const clock = { ...testClock(), sleep: async () => {} }

/** A folder whose config and graph were read once. */
const broughtFolder = async () => {
  const files = Object.fromEntries(Object.entries(testFiles).map(([name, bytes]) => [`${base}${name}`, bytes]))
  const place = scriptedPlace({ files })
  const cache = storedFileCache({ storage: memoryStorage() })
  const open = () => addressFiles(base, { cache, fetch: place.fetch, clock, random: () => 0 })
  for (const name of ['config.json', 'onnx/model.onnx']) await open().read(name)
  return { place, open }
}

test('offline, a folder that was brought has the files that are kept and no others', async () => {
  const { place, open } = await broughtFolder()
  place.isDown = true
  expect(await open().has('onnx/model.onnx')).toBe(true)
  expect(await open().has('onnx/model_q4.onnx')).toBe(false)
})

test('offline, whether a folder nobody brought has a file cannot be told', async () => {
  const fetch = async (): Promise<Response> => {
    throw new TypeError('fetch failed')
  }
  const files = addressFiles(base, { cache: storedFileCache({ storage: memoryStorage() }), fetch, clock })
  await expect(files.has('onnx/model_q4.onnx')).rejects.toMatchObject({ code: 'runtime/model-files' })
})

test('a place that answers with a failure is not offline', async () => {
  const { open } = await broughtFolder()
  const fetch = async (): Promise<Response> => new Response(null, { status: 500 })
  const cache = storedFileCache({ storage: memoryStorage() })
  expect(await open().has('onnx/model.onnx')).toBe(true)
  await expect(addressFiles(base, { cache, fetch, clock }).has('onnx/model_q4.onnx')).rejects.toThrow('status 500')
})
