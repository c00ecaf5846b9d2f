import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeAtomically } from '../../node/write-atomically.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-write-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a file is written into folders that are made for it', async () => {
  const file = join(folder, 'new', 'deep', 'a.json')
  await writeAtomically(file, 'one')
  await writeAtomically(file, 'two')
  expect(readFileSync(file, 'utf8')).toBe('two')
  expect(readdirSync(join(folder, 'new', 'deep'))).toEqual(['a.json'])
})

test('what cannot be written is named, and nothing of it is left', async () => {
  writeFileSync(join(folder, 'file'), '')
  const below = join(folder, 'file', 'a.json')
  await expect(writeAtomically(below, 'one')).rejects.toMatchObject({
    code: 'storage/unavailable',
    message: expect.stringMatching(/a\.json could not be written \(E\w+\)\. Check the disk, or choose another place\./),
    key: below,
  })
  const before = readdirSync(folder)
  await expect(writeAtomically(folder, 'one')).rejects.toMatchObject({ code: 'storage/unavailable', key: folder })
  expect(readdirSync(folder)).toEqual(before)
})
