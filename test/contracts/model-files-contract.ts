import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import type { FileProgress, ModelFiles } from '../../src/inference/model-files.ts'

/** What a model in a test consists of: text, bytes of every value, a file without any, one below a folder. */
export const testFiles: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  'config.json': new TextEncoder().encode('{"model_type":"qwen3","name":"까치"}'),
  'tokenizer.json': Uint8Array.from({ length: 1000 }, (_, at) => at % 256),
  'empty.json': new Uint8Array(0),
  'onnx/model.onnx': Uint8Array.from({ length: 70_000 }, (_, at) => (at * at) % 251),
}

/** Names that lead out, or to something else than they seem. */
export const namesRefused: readonly string[] = [
  '',
  '.',
  '..',
  '../config.json',
  'onnx/../../config.json',
  'onnx/..',
  '/etc/passwd',
  'C:\\config.json',
  'C:/config.json',
  '..\\config.json',
  '%2e%2e/config.json',
  'https://example.com/config.json',
  'onnx//model.onnx',
  './config.json',
  'config.json\0',
  'config.json?x',
  'a'.repeat(600),
]

export interface ModelFilesUnderTest {
  /** A place that holds these files and no others. */
  readonly make: (files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) => Promise<ModelFiles>
}

/** The contract of `inference/model-files.ts`, point by point. */
export const describeModelFiles = (kind: string, { make }: ModelFilesUnderTest): void => {
  describe(`${kind} keeps the contract of model files`, () => {
    test('0. the place has a name', async () => {
      expect((await make(testFiles)).place).toMatch(/\S/)
    })

    test('1. a file is read as it is, as often as asked for, each time into memory of its own', async () => {
      const files = await make(testFiles)
      for (const [name, content] of Object.entries(testFiles)) {
        expect(await files.has(name)).toBe(true)
        const first = await files.read(name)
        expect(first).toEqual(content)
        first.fill(7)
        expect(await files.read(name)).toEqual(content)
      }
    })

    test('1. files are read side by side', async () => {
      const files = await make(testFiles)
      const names = Object.keys(testFiles).flatMap(name => [name, name])
      const read = await Promise.all(names.map(name => files.read(name)))
      expect(read).toEqual(names.map(name => testFiles[name]))
    })

    test('1. what is absent is an error that names it, and its remedy', async () => {
      const files = await make(testFiles)
      expect(await files.has('onnx/model_q4.onnx')).toBe(false)
      expect(await files.has('toString')).toBe(false)
      const error = await files.read('onnx/model_q4.onnx').catch(reason => reason)
      expect(KkachiError.is(error, 'runtime/model-files')).toBe(true)
      expect(error.message).toContain('onnx/model_q4.onnx')
      expect(error.message).toContain(files.place)
    })

    test('1. progress ends with all bytes', async () => {
      const files = await make(testFiles)
      const seen: FileProgress[] = []
      await files.read('onnx/model.onnx', { onProgress: progress => seen.push(progress) })
      expect(seen.at(-1)).toMatchObject({ file: 'onnx/model.onnx', loaded: 70_000 })
      expect(seen.map(({ loaded }) => loaded)).toEqual(seen.map(({ loaded }) => loaded).sort((a, b) => a - b))
    })

    test('1. an abort rejects with its reason', async () => {
      const files = await make(testFiles)
      const signal = AbortSignal.abort(new DOMException('No more.', 'AbortError'))
      await expect(files.read('config.json', { signal })).rejects.toBe(signal.reason)
    })

    test('2. a name that leads out is refused', async () => {
      const files = await make(testFiles)
      for (const name of namesRefused) {
        for (const asked of [files.read(name), files.has(name), files.digest([name])]) {
          await expect(asked).rejects.toMatchObject({ code: 'runtime/model-files' })
        }
      }
    })

    test('3. the digest is that of the contents, whatever else is there', async () => {
      const files = await make(testFiles)
      const names = Object.keys(testFiles)
      const all = await files.digest(names)
      expect(all).toBe('f1af2b638dc082ae41ff403f1df47db07a3c60abb51c3a55d79fab7e4519471f')
      expect(await files.digest([...names].reverse())).toBe(all)
      expect(await files.digest([...names, 'absent.json', 'config.json'])).toBe(all)
      expect(await files.digest(['config.json'])).not.toBe(all)
      const other = await make({ ...testFiles, 'more.json': new Uint8Array(1) })
      expect(await other.digest(names)).toBe(all)
    })

    test('3. the digest changes with any file', async () => {
      const changed = Uint8Array.from(testFiles['onnx/model.onnx'] ?? [])
      changed[69_999] = 1
      const files = await make(testFiles)
      const other = await make({ ...testFiles, 'onnx/model.onnx': changed })
      expect(await other.digest(Object.keys(testFiles))).not.toBe(await files.digest(Object.keys(testFiles)))
      expect(await files.digest()).toMatch(/^[0-9a-f]{64}$/)
    })
  })
}
