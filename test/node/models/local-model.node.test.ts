import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { localModel } from '../../../node/models/local-model.ts'
import { modelsFolder } from '../../../node/models/named-files.ts'

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

describe('a local model', () => {
  test('is another after its files changed under its name', async () => {
    const folder = await folderOf()
    const before = await localModel(folder).identity()
    expect(await localModel(folder).identity()).toBe(before)
    await writeFile(join(folder, 'onnx', 'model.onnx'), 'trained again')
    expect(await localModel(folder).identity()).not.toBe(before)
  })

  test('is the same in another folder, and another at another precision', async () => {
    const here = localModel(await folderOf())
    expect(await localModel(await folderOf()).identity()).toBe(await here.identity())
    expect(await localModel(await folderOf(), { weights: 'q4' }).identity()).not.toBe(await here.identity())
  })
})

test('a folder without a config.json is not looked for on the hub', async () => {
  const folder = await folderOf({ 'onnx/model.onnx': 'weights' })
  expect(() => localModel(relative(process.cwd(), folder))).toThrow(
    `Expected a folder with a config.json, and ${folder} has none. Check the path`,
  )
})

test('models from the hub are kept in the cache folder of the user', () => {
  expect(modelsFolder({ XDG_CACHE_HOME: '/cache' })).toBe(join('/cache', 'kkachi', 'models'))
  expect(modelsFolder({})).toMatch(/kkachi.models$/)
})
