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

test('folderFileCache keeps files below its folder', async () => {
  const folder = newFolder()
  const part = await folderFileCache(folder).part('../../key')
  await part.begin('one')
  await part.append(new Uint8Array(20).fill(3))
  await part.commit('0f')
  expect(await folderFileCache(folder).read('../../key')).toEqual(new Uint8Array(20).fill(3))
  expect(readdirSync(join(folder, '..'))).not.toContain('key')
})
