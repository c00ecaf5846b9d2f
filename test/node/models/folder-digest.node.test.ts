import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { folderDigest } from '../../../node/models/folder-digest.ts'
import { localModel } from '../../../node/models/local-model.ts'

const made: string[] = []

afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true })
})

const files = { 'config.json': '{}', 'tokenizer.json': '{"a":1}', 'onnx/model.onnx': 'weights' }

const folderOf = async (contents: Readonly<Record<string, string>> = files): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'kkachi-model-'))
  made.push(folder)
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

describe('the digest of a folder', () => {
  test('is that of its files, wherever it lies', async () => {
    const digest = await folderDigest(await folderOf())
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(await folderDigest(await folderOf())).toBe(digest)
    expect(await folderDigest(await folderOf({ ...files, 'README.md': 'x', '.cache/x.json': 'x' }))).toBe(digest)
  })

  test.each([
    ['a changed byte', { ...files, 'onnx/model.onnx': 'weightz' }],
    ['a file more', { ...files, 'onnx/model_q4.onnx': 'weights' }],
    ['a file less', { 'config.json': '{}', 'onnx/model.onnx': 'weights' }],
    ['contents changed about', { ...files, 'config.json': '{"a":1}', 'tokenizer.json': '{}' }],
  ])('is another after %s', async (_, contents) => {
    expect(await folderDigest(await folderOf(contents))).not.toBe(await folderDigest(await folderOf()))
  })

  test('reads files through links, as the shelves of the hub have them', async () => {
    const linked = await folderOf()
    const before = await folderDigest(linked)
    const shelf = join(await folderOf({}), 'blob')
    await rename(join(linked, 'onnx', 'model.onnx'), shelf)
    await symlink(shelf, join(linked, 'onnx', 'model.onnx'))
    expect(await folderDigest(linked)).toBe(before)
  })

  test('of a folder that cannot be read is runtime/model-files', async () => {
    await expect(folderDigest(join(tmpdir(), 'kkachi-no-such-folder'))).rejects.toMatchObject({
      code: 'runtime/model-files',
    })
  })
})

describe('a local model', () => {
  test('is another after its files changed under its name', async () => {
    const folder = await folderOf()
    const before = await localModel(folder).identity?.()
    expect(await localModel(folder).identity?.()).toBe(before)
    await writeFile(join(folder, 'onnx', 'model.onnx'), 'trained again')
    expect(await localModel(folder).identity?.()).not.toBe(before)
  })

  test('on the hub is what its id, revision and dtype say', async () => {
    const identity = (revision: string, dtype: string) =>
      localModel('owner/m', { load: { revision, dtype } }).identity?.()
    expect(await identity('main', 'q4')).toBe(await identity('main', 'q4'))
    expect(await identity('v2', 'q4')).not.toBe(await identity('main', 'q4'))
    expect(await identity('main', 'fp16')).not.toBe(await identity('main', 'q4'))
  })
})
