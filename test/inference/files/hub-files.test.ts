import { describe, expect, test } from 'vitest'
import type { FileCache } from '../../../src/inference/files/file-cache.ts'
import { type HubFilesOptions, hubFiles } from '../../../src/inference/files/hub-files.ts'
import { storedFileCache } from '../../../src/inference/files/stored-file-cache.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'
import { testClock } from '../../../src/testing/test-clock.ts'
import { describeModelFiles, testFiles } from '../../contracts/model-files-contract.ts'
import { hubAddresses, type PlaceOptions, scriptedPlace } from './scripted-place.ts'

const [first, second] = ['a'.repeat(40), 'b'.repeat(40)]
const model = 'onnx/model.onnx'

const newCache = (): FileCache => storedFileCache({ storage: memoryStorage(), pieceBytes: 10_000 })

const hub = (place: Partial<PlaceOptions> = {}, options: HubFilesOptions = {}) => {
  const scripted = scriptedPlace({ files: hubAddresses(testFiles, first), ...place })
  const clock = { ...testClock(), sleep: async () => {} }
  const make = (more: HubFilesOptions = {}) =>
    hubFiles('test/model', { fetch: scripted.fetch, clock, random: () => 0.5, ...options, ...more })
  return { scripted, make, files: make() }
}

describeModelFiles('hubFiles', { make: async files => hub({ files: hubAddresses(files, first) }).files })
describeModelFiles('hubFiles with a cache, over connections that break', {
  make: async files => hub({ files: hubAddresses(files, first), breaksAfter: 30_000 }, { cache: newCache() }).files,
})

describe('hubFiles', () => {
  test('asks once for the list, and fetches from the commit it names', async () => {
    const { scripted, files } = hub()
    await Promise.all([files.read('config.json'), files.read(model), files.has('none')])
    expect(scripted.arrived.map(({ url }) => url).sort()).toEqual([
      'https://huggingface.co/api/models/test/model/revision/main?blobs=true',
      `https://huggingface.co/test/model/resolve/${first}/config.json`,
      `https://huggingface.co/test/model/resolve/${first}/${model}`,
    ])
  })

  test('knows the digests of large files without them', async () => {
    const { scripted, files } = hub()
    await files.digest([model])
    expect(scripted.arrived).toHaveLength(1)
  })

  test('after a new commit only what changed is fetched', async () => {
    const { scripted, make } = hub({}, { cache: newCache() })
    const names = Object.keys(testFiles)
    for (const name of names) await make().read(name)
    const before = await make().digest()
    const config = new TextEncoder().encode('{"changed":true}')
    scripted.files = hubAddresses({ ...testFiles, 'config.json': config }, second)
    scripted.arrived.length = 0
    const changed = make()
    for (const name of names) await changed.read(name)
    expect(await changed.read('config.json')).toEqual(config)
    expect(await changed.digest()).not.toBe(before)
    expect(scripted.arrived.map(({ url }) => url).filter(url => url.includes('/resolve/'))).toEqual([
      `https://huggingface.co/test/model/resolve/${second}/config.json`,
    ])
  })

  test('works offline once it is kept: unreachable, or told to ask nobody', async () => {
    const { scripted, make } = hub({}, { cache: newCache() })
    for (const name of Object.keys(testFiles)) await make().read(name)
    const digest = await make().digest()
    scripted.isDown = true
    expect(await make().read(model)).toEqual(testFiles[model])
    expect(await make().digest()).toBe(digest)
    scripted.arrived.length = 0
    const offline = make({ offline: true })
    expect(await offline.read(model)).toEqual(testFiles[model])
    expect(await offline.has('onnx/model_q4.onnx')).toBe(false)
    expect(scripted.arrived).toEqual([])
  })

  test('offline, what is not kept is told', async () => {
    const { make, scripted } = hub({}, { cache: newCache() })
    await expect(make({ offline: true }).read(model)).rejects.toThrow(/Nothing is kept of the model at/)
    await make().read('config.json')
    await expect(make({ offline: true }).read(model)).rejects.toThrow(/not kept whole, and \{ offline: true \}/)
    scripted.isDown = true
    await expect(make().read(model)).rejects.toThrow(/fetch failed, 4 times in a row/)
  })

  test('a commit as revision is asked for once, ever', async () => {
    const { scripted, make } = hub(
      { files: hubAddresses(testFiles, first, { revision: first }) },
      { cache: newCache(), revision: first },
    )
    await make().read(model)
    await make().read(model)
    expect(scripted.arrived).toHaveLength(2)
  })

  test.each([model, 'config.json'])('%s with other bytes than the hub tells is refused', async name => {
    const damaged = Uint8Array.from(testFiles[name] ?? [])
    damaged[0] = 255 - (damaged[0] ?? 0)
    const files = { ...hubAddresses(testFiles, first) }
    files[`https://huggingface.co/test/model/resolve/${first}/${name}`] = damaged
    const { make } = hub({ files }, { cache: newCache() })
    await expect(make().read(name)).rejects.toThrow(/is not what it has to be/)
    files[`https://huggingface.co/test/model/resolve/${first}/${name}`] = testFiles[name] ?? damaged
    expect(await make().read(name)).toEqual(testFiles[name])
  })

  test('the token goes to the hub and to no other host, and redirects lead to hosts of the hub only', async () => {
    const to = (location: string): Partial<PlaceOptions> => ({
      before: ({ url }) =>
        url.includes('/resolve/') ? new Response(null, { status: 302, headers: { location } }) : undefined,
      files: {
        ...hubAddresses(testFiles, first),
        'https://cdn-lfs.hf.co/x': testFiles[model] ?? new Uint8Array(),
      },
    })
    const { scripted, files } = hub(to('https://cdn-lfs.hf.co/x'), { token: 'hf_secret' })
    expect(await files.read(model)).toEqual(testFiles[model])
    expect(scripted.arrived.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer hf_secret',
      'Bearer hf_secret',
      undefined,
    ])
    for (const elsewhere of ['https://huggingface.co.evil.test/x', 'https://evilhf.co/x', 'http://hf.co/x']) {
      const error = await hub(to(elsewhere), { token: 'hf_secret' })
        .files.read(model)
        .catch(reason => reason)
      expect(error.message).toMatch(/redirects to .*, where its files are not expected/)
      expect(JSON.stringify(error) + error.message + error.stack).not.toContain('hf_secret')
    }
  })

  test.each([
    ['../../secret', 'main'],
    ['a/b/c', 'main'],
    ['a/..', 'main'],
    ['a b', 'main'],
    ['', 'main'],
    ['a/b', ''],
  ])('%j at revision %j is refused before anything is asked', (repository, revision) => {
    expect(() => hubFiles(repository, { revision })).toThrow(/Expected a repository like/)
  })

  test('a revision is one part of an address, whatever it spells', async () => {
    const { scripted, make } = hub()
    await expect(make({ revision: '../../x?y#z' }).read(model)).rejects.toThrow(/There is no model at/)
    expect(scripted.arrived[0]?.url).toBe(
      'https://huggingface.co/api/models/test/model/revision/..%2F..%2Fx%3Fy%23z?blobs=true',
    )
  })

  test.each(['<html>', '{}', '{"sha":"x","siblings":[]}', '{"__proto__":{"sha":1}}'])(
    'an answer that is no list is told: %s',
    async text => {
      const { files } = hub({ before: () => new Response(text) })
      await expect(files.read(model)).rejects.toThrow(/No list of files came/)
    },
  )
})
