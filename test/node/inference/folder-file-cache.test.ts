import { appendFileSync, mkdtempSync, readdirSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderFileCache } from '../../../node/inference/folder-file-cache.ts'
import { fileSystemStorage } from '../../../node/storage/file-system.ts'
import { storedFileCache } from '../../../src/inference/index.ts'
import { describeFileCache } from '../../contracts/file-cache-contract.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'kkachi-files-'))

describeFileCache('folderFileCache', {
  make: async () => {
    const folder = newFolder()
    return { cache: folderFileCache(folder), again: () => folderFileCache(folder) }
  },
})

describeFileCache('storedFileCache in a folder', {
  make: async () => {
    const folder = newFolder()
    const open = () => storedFileCache({ storage: fileSystemStorage(folder), pieceBytes: 1000 })
    return { cache: open(), again: open }
  },
})

test('a piece that was cut, or that grew, counts as gone', async () => {
  for (const change of [(file: string) => truncateSync(file, 1500), (file: string) => appendFileSync(file, 'more')]) {
    const folder = newFolder()
    const part = await folderFileCache(folder).part('key')
    await part.begin('one')
    await part.append(new Uint8Array(2000).fill(3))
    await part.commit('0f')
    const [piece = ''] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
      name.includes('piece'),
    )
    change(join(folder, piece))
    expect(await folderFileCache(folder).read('key')).toBeUndefined()
  }
})

test('folderFileCache keeps files below its folder', async () => {
  const folder = newFolder()
  const part = await folderFileCache(folder).part('../../key')
  await part.begin('one')
  await part.append(new Uint8Array(20).fill(3))
  await part.commit('0f')
  expect(await folderFileCache(folder).read('../../key')).toEqual(new Uint8Array(20).fill(3))
  expect(readdirSync(join(folder, '..'))).not.toContain('key')
})
