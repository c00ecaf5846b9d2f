import { afterEach, expect, test, vi } from 'vitest'
import { filesOf, type ModelSource } from '../../browser/inference/model-source.ts'
import { memoryStorage, StorageError } from '../../src/index.ts'
import { storedFileCache } from '../../src/inference/index.ts'

afterEach(() => vi.unstubAllGlobals())

/** The methods of what is asked for when one file of a source is read twice. */
const askedFor = async (source: ModelSource, storage = memoryStorage()) => {
  const methods: string[] = []
  const failures: string[] = []
  vi.stubGlobal('fetch', async (_: unknown, init: RequestInit = {}) => {
    methods.push(init.method ?? 'GET')
    return new Response(init.method === 'HEAD' ? null : '{}', { headers: { etag: '"1"' } })
  })
  const cache = storedFileCache({ storage })
  const open = () => filesOf(source, { cache, onCacheFailure: ({ code }) => failures.push(code) })
  for (const files of [open(), open()]) expect(await files.read('config.json')).toEqual(new TextEncoder().encode('{}'))
  return { methods, failures }
}

test.each<ModelSource>([
  { files: { 'config.json': 'https://models.test/c1' } },
  { folder: 'https://models.test/mine/' },
])('what comes from addresses is kept: %o', async source => {
  expect(await askedFor(source)).toEqual({ methods: ['GET', 'HEAD'], failures: [] })
})

test('a file whose checksum is known is asked for once', async () => {
  const sha256 = { 'config.json': '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' }
  expect((await askedFor({ folder: 'https://models.test/mine/', sha256 })).methods).toEqual(['GET'])
})

test('files of the page itself are left to the browser', async () => {
  const files = { 'config.json': 'https://models.test/assets/config-1.json' }
  expect((await askedFor({ files, isOfPage: true })).methods).toEqual(['GET', 'GET'])
})

test('a store without room is told, and the files come all the same', async () => {
  const put = async (): Promise<never> => {
    throw new StorageError('storage/quota', 'There is no room left. Delete something.', { key: 'any' })
  }
  const { failures } = await askedFor({ folder: 'https://models.test/mine/' }, { ...memoryStorage(), put })
  expect(new Set(failures)).toEqual(new Set(['storage/quota']))
})
