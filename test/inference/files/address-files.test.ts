import { describe, expect, test } from 'vitest'
import { type AddressFilesOptions, addressFiles } from '../../../src/inference/files/address-files.ts'
import type { FileCache } from '../../../src/inference/files/file-cache.ts'
import { storedFileCache } from '../../../src/inference/files/stored-file-cache.ts'
import { boundedStorage } from '../../../src/storage/bounded.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'
import { testClock } from '../../../src/testing/test-clock.ts'
import { describeModelFiles, testFiles } from '../../contracts/model-files-contract.ts'
import { type PlaceOptions, scriptedPlace, sha256Of } from './scripted-place.ts'

const base = 'https://models.test/qwen/'

const at = (files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${base}${name}`, bytes]))

const newCache = (): FileCache => storedFileCache({ storage: memoryStorage(), pieceBytes: 10_000 })

/** Files at a scripted place, whose waits take no time. */
const placed = (place: Partial<PlaceOptions> = {}, options: AddressFilesOptions = {}) => {
  const scripted = scriptedPlace({ files: at(testFiles), ...place })
  const clock = { ...testClock(), sleep: async () => {} }
  const make = () => addressFiles(base, { fetch: scripted.fetch, clock, random: () => 0.5, ...options })
  return { scripted, make, files: make() }
}

describeModelFiles('addressFiles below one address', { make: async files => placed({ files: at(files) }).files })
describeModelFiles('addressFiles with a cache', {
  make: async files => placed({ files: at(files) }, { cache: newCache() }).files,
})
describeModelFiles('addressFiles, each at its own', {
  make: async files => {
    const { fetch } = scriptedPlace({ files: at(files) })
    const where = Object.fromEntries(Object.keys(files).map(name => [name, `${base}${name}`]))
    return addressFiles(where, { fetch })
  },
})
describeModelFiles('addressFiles where every connection breaks', {
  make: async files => placed({ files: at(files), breaksAfter: 30_000 }, { cache: newCache() }).files,
})

const model = 'onnx/model.onnx'

describe('addressFiles', () => {
  test('goes on where a connection broke, in the same call', async () => {
    const { scripted, files } = placed({ breaksAfter: 30_000 })
    expect(await files.read(model)).toEqual(testFiles[model])
    expect(scripted.arrived.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=30000-', 'bytes=60000-'])
    expect(scripted.arrived[1]?.headers['if-range']).toMatch(/^"/)
  })

  test('goes on where an earlier call stopped', async () => {
    const cache = newCache()
    const { scripted, make } = placed({ breaksAfter: 30_000 }, { cache, attempts: 1 })
    await expect(make().read(model)).rejects.toMatchObject({ code: 'runtime/model-files' })
    scripted.breaksAfter = Number.POSITIVE_INFINITY
    expect(await make().read(model)).toEqual(testFiles[model])
    expect(scripted.arrived.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=30000-'])
  })

  test('begins anew when the file changed in between', async () => {
    const { scripted, make } = placed({ breaksAfter: 30_000 }, { cache: newCache(), attempts: 1 })
    await expect(make().read(model)).rejects.toThrow(/30000 of 70000|terminated/)
    const changed = new Uint8Array(50_000).fill(3)
    Object.assign(scripted, { files: at({ [model]: changed }), breaksAfter: Number.POSITIVE_INFINITY })
    expect(await make().read(model)).toEqual(changed)
  })

  test.each(['weak', 'date', 'none'] as const)('trusts no part without a strong tag: %s', async validator => {
    const { scripted, make } = placed({ breaksAfter: 30_000, validator }, { cache: newCache(), attempts: 2 })
    await expect(make().read(model)).rejects.toMatchObject({ code: 'runtime/model-files' })
    scripted.breaksAfter = Number.POSITIVE_INFINITY
    expect(await make().read(model)).toEqual(testFiles[model])
    expect(scripted.arrived.filter(({ headers }) => headers.range !== undefined)).toEqual([])
  })

  test.each(['etag', 'weak', 'date'] as const)('asks for what it keeps by its version, by %s', async validator => {
    const { scripted, make } = placed({ validator }, { cache: newCache() })
    await make().read(model)
    expect(await make().read(model)).toEqual(testFiles[model])
    expect(Object.keys(scripted.arrived[1]?.headers ?? {})).toEqual([
      validator === 'date' ? 'if-modified-since' : 'if-none-match',
    ])
    const changed = Uint8Array.from([1, 2, 3])
    scripted.files = at({ [model]: changed })
    expect(await make().read(model)).toEqual(changed)
  })

  test('works offline once a file is kept, and not with what tells no version', async () => {
    for (const validator of ['etag', 'none'] as const) {
      const { scripted, make } = placed({ validator }, { cache: newCache() })
      await make().read(model)
      scripted.isDown = true
      const again = make()
      if (validator === 'none') {
        await expect(again.read(model)).rejects.toThrow(/fetch failed, 4 times in a row/)
        await expect(again.has(model)).rejects.toThrow(/could not be asked: fetch failed/)
      } else {
        expect(await again.read(model)).toEqual(testFiles[model])
        expect(await again.has(model)).toBe(true)
      }
    }
  })

  test('a file whose SHA-256 is told is checked, and asked for once', async () => {
    const right = { [model]: sha256Of(testFiles[model] ?? new Uint8Array()) }
    const { scripted, make } = placed({ validator: 'none' }, { cache: newCache(), sha256: right })
    expect(await make().read(model)).toEqual(testFiles[model])
    expect(await make().read(model)).toEqual(testFiles[model])
    expect(await make().has(model)).toBe(true)
    expect(scripted.arrived).toHaveLength(1)
    const wrong = placed({}, { cache: newCache(), sha256: { [model]: '0'.repeat(64) } })
    await expect(wrong.files.read(model)).rejects.toThrow(
      /its SHA-256 is [0-9a-f]{64}, expected 0{64}\. Nothing of it was kept/,
    )
    expect(wrong.scripted.arrived).toHaveLength(1)
  })

  test('a resumed file that is not what it has to be is fetched once more from its beginning', async () => {
    const cache = newCache()
    const part = await cache.part(`address ${base}${model}`)
    await part.begin(`"${sha256Of(testFiles[model] ?? new Uint8Array()).slice(0, 20)}"`)
    await part.append(new Uint8Array(20_000).fill(9))
    await part.pause()
    const sha256 = { [model]: sha256Of(testFiles[model] ?? new Uint8Array()) }
    const { scripted, files } = placed({}, { cache, sha256 })
    expect(await files.read(model)).toEqual(testFiles[model])
    expect(scripted.arrived.map(({ headers }) => headers.range)).toEqual(['bytes=20000-', undefined])
  })

  test('asks again after what may pass, and not after what stays', async () => {
    const passing = placed({ before: (_, count) => (count < 4 ? new Response(null, { status: 503 }) : undefined) })
    expect(await passing.files.read(model)).toEqual(testFiles[model])
    expect(passing.scripted.arrived).toHaveLength(4)
    for (const [status, remedy] of [
      [400, /Check the address/],
      [403, /Give a token/],
    ] as const) {
      const staying = placed({ before: () => new Response(null, { status }) })
      await expect(staying.files.read(model)).rejects.toThrow(remedy)
      expect(staying.scripted.arrived).toHaveLength(1)
    }
  })

  test('waits as long as it is asked to, longer each time, and gives up', async () => {
    const clock = testClock()
    const before = (): Response => new Response(null, { status: 429, headers: { 'retry-after': '7' } })
    const scripted = scriptedPlace({ files: {}, before })
    const reading = addressFiles(base, { fetch: scripted.fetch, clock, random: () => 1 })
      .read(model)
      .catch(e => e)
    await clock.advance(0)
    expect(clock.sleeping).toEqual([7000])
    await clock.advance(60_000)
    expect((await reading).message).toMatch(/status 429, 4 times in a row/)
  })

  test('a connection that is silent counts as broken', async () => {
    const clock = testClock()
    const fetching: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
    const reading = addressFiles(base, { fetch: fetching, clock, random: () => 1, silenceMs: 100 }).read(model)
    const ended = reading.catch(error => error)
    await clock.advance(100_000)
    expect((await ended).message).toMatch(/nothing came for 100 ms, 4 times in a row/)
  })

  test('a size beyond the bound is refused before anything of it is read, and so is what has no end', async () => {
    const lying = { status: 200, headers: { 'content-length': String(2 ** 50) } }
    const told = placed({ before: () => new Response(new Uint8Array(10), lying) })
    await expect(told.files.read(model)).rejects.toThrow(/has 1125899906842624 bytes, 4294967296 are allowed/)
    let sent = 0
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1000
            controller.enqueue(new Uint8Array(1000))
          },
        }),
      )
    const untold = placed({ before: endless }, { maxBytes: 5000 })
    await expect(untold.files.read(model)).rejects.toThrow(/longer than the 5000 bytes allowed/)
    expect(sent).toBeLessThan(10_000)
  })

  test('an abort ends the wait for a place that never answers, and another caller goes on', async () => {
    const { scripted, files } = placed()
    const controller = new AbortController()
    const first = files.read(model, { signal: controller.signal, onProgress: () => controller.abort() })
    const second = files.read(model)
    const reason = await first.catch(error => error)
    expect(reason).toBe(controller.signal.reason)
    expect(await second).toEqual(testFiles[model])
    expect(scripted.arrived).toHaveLength(2)
  })

  test('secret headers go to the address itself and to no other origin', async () => {
    const before = ({ url }: { url: string }): Response | undefined =>
      url === `${base}${model}`
        ? new Response(null, { status: 302, headers: { location: 'https://cdn.test/x' } })
        : undefined
    const headers = { authorization: 'Bearer secret' }
    const { scripted, files } = placed({ before, files: { 'https://cdn.test/x': new Uint8Array(3) } }, { headers })
    expect(await files.read(model)).toHaveLength(3)
    expect(scripted.arrived.map(one => [one.url, one.headers.authorization])).toEqual([
      [`${base}${model}`, 'Bearer secret'],
      ['https://cdn.test/x', undefined],
    ])
  })

  test.each([
    ['http://models.test/x', /redirects to http:\/\/models\.test/],
    ['http://169.254.169.254/latest', /redirects to/],
    ['file:///etc/passwd', /redirects to/],
    [`${base}${model}`, /redirects more than 5 times/],
  ])('a redirect to %s is refused', async (location, told) => {
    const { files } = placed({ before: () => new Response(null, { status: 302, headers: { location } }) })
    await expect(files.read(model)).rejects.toThrow(told)
  })

  test('a cache that fails is told, and done without', async () => {
    const told: string[] = []
    const storage = boundedStorage({ maxBytes: 9000 })
    const cache = storedFileCache({ storage, pieceBytes: 10_000 })
    const { files } = placed({}, { cache, onCacheFailure: error => told.push(error.code) })
    expect(await files.read(model)).toEqual(testFiles[model])
    expect(told).toEqual(['storage/quota'])
  })
})
