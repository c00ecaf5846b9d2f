import { describe, expect, test } from 'vitest'
import { opfsFileCache } from '../../../browser/inference/opfs-cache.ts'
import { pickedFiles } from '../../../browser/inference/picked-files.ts'
import { opfsStorage } from '../../../browser/storage/opfs.ts'
import { addressFiles, storedFileCache } from '../../../src/inference/index.ts'
import { describeFileCache } from '../../contracts/file-cache-contract.ts'
import { describeModelFiles, testFiles } from '../../contracts/model-files-contract.ts'

let caches = 0

const newName = (): string => {
  caches += 1
  return `models ${caches} ${Math.random()}`
}

/** As an input of a folder gives it. */
const inFolder = (name: string, bytes: Uint8Array<ArrayBuffer>): File =>
  Object.defineProperty(new File([bytes], name.slice(name.lastIndexOf('/') + 1)), 'webkitRelativePath', {
    value: `qwen3/${name}`,
  })

describeModelFiles('pickedFiles of a folder', {
  make: async files => pickedFiles(Object.entries(files).map(([name, bytes]) => inFolder(name, bytes))),
})
describeModelFiles('addressFiles in a browser', {
  make: async files =>
    addressFiles(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, URL.createObjectURL(new Blob([bytes]))])),
    ),
})
describeFileCache('opfsFileCache', {
  make: async () => {
    const storage = opfsStorage(newName())
    const open = () => storedFileCache({ storage, pieceBytes: 1000 })
    return { cache: open(), again: open }
  },
})

describe('pickedFiles', () => {
  test('finds files that were picked by themselves', async () => {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true })
    const transfer = new DataTransfer()
    for (const [name, bytes] of Object.entries(testFiles)) {
      transfer.items.add(new File([bytes], name.slice(name.lastIndexOf('/') + 1)))
    }
    input.files = transfer.files
    const files = pickedFiles(input.files ?? [])
    expect(await files.read('onnx/model.onnx')).toEqual(testFiles['onnx/model.onnx'])
    expect(await files.has('onnx/model_q4.onnx')).toBe(false)
  })

  test('a file larger than allowed is refused', async () => {
    const files = pickedFiles([inFolder('config.json', new Uint8Array(11))], { maxBytes: 10 })
    await expect(files.read('config.json')).rejects.toThrow(/has 11 bytes, 10 are allowed/)
  })
})

test('what opfsFileCache keeps is there for the next page', async () => {
  const name = newName()
  const part = await opfsFileCache({ name }).part('key')
  await part.begin('one')
  await part.append(new Uint8Array(10).fill(7))
  await part.commit('0f')
  expect(await opfsFileCache({ name }).read('key')).toEqual(new Uint8Array(10).fill(7))
})
