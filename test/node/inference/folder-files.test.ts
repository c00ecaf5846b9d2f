import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderFiles } from '../../../node/inference/folder-files.ts'
import { describeModelFiles, testFiles } from '../../contracts/model-files-contract.ts'

const newFolder = (files: Readonly<Record<string, Uint8Array>> = testFiles, ...below: string[]): string => {
  const folder = join(mkdtempSync(join(tmpdir(), 'kkachi-model-')), ...below)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const refusal = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => 'nothing was refused',
    error => `${error.code}: ${error.message}`,
  )

describeModelFiles('folderFiles', { make: async files => folderFiles(newFolder(files)) })

describe('folderFiles', () => {
  test('refuses symbolic links, and what lies behind a linked folder', async () => {
    const folder = newFolder()
    const outside = newFolder()
    symlinkSync('/etc/passwd', join(folder, 'passwd.json'))
    symlinkSync(join(folder, 'config.json'), join(folder, 'inside.json'))
    symlinkSync(outside, join(folder, 'linked'))
    const files = folderFiles(folder)
    for (const name of ['passwd.json', 'inside.json', 'linked/config.json', 'linked']) {
      expect(await refusal(files.read(name))).toMatch(
        /^runtime\/model-files: The file .* is a link, or lies behind one/,
      )
      expect(await refusal(files.has(name))).toMatch(/is a link/)
    }
    expect(await files.digest()).toBe(await folderFiles(newFolder()).digest())
  })

  test('may itself be reached by a link', async () => {
    const link = join(newFolder({}, 'empty', '..'), 'link')
    symlinkSync(newFolder(), link)
    expect(await folderFiles(link).read('config.json')).toEqual(testFiles['config.json'])
  })

  test('refuses hard links, unless they are allowed or a package manager made them', async () => {
    const secret = join(newFolder({ 'secret.txt': new Uint8Array(3) }), 'secret.txt')
    const folder = newFolder()
    linkSync(secret, join(folder, 'linked.json'))
    expect(await refusal(folderFiles(folder).read('linked.json'))).toMatch(/has 2 hard links.*hardLinks: true/)
    expect(await refusal(folderFiles(folder).digest(['linked.json']))).toMatch(/has 2 hard links/)
    expect(await folderFiles(folder, { hardLinks: true }).read('linked.json')).toHaveLength(3)
    const installed = newFolder(testFiles, 'node_modules', 'kkachi', 'models', 'nano')
    linkSync(join(installed, 'config.json'), join(installed, '..', 'store'))
    expect(await folderFiles(installed).has('config.json')).toBe(true)
    expect(await refusal(folderFiles(installed, { hardLinks: false }).read('config.json'))).toMatch(/2 hard links/)
  })

  test("reads a snapshot of the hub's cache, whose files are links to its blobs, and no other links", async () => {
    const repository = newFolder({ 'blobs/1f': new Uint8Array([1, 2]), secret: new Uint8Array(1) }, 'models--a--b')
    const snapshot = join(repository, 'snapshots', '0a1b')
    mkdirSync(join(snapshot, 'onnx'), { recursive: true })
    symlinkSync('../../../blobs/1f', join(snapshot, 'onnx', 'model.onnx'))
    symlinkSync('../../secret', join(snapshot, 'config.json'))
    const files = folderFiles(snapshot)
    expect(await files.read('onnx/model.onnx')).toEqual(new Uint8Array([1, 2]))
    expect(await refusal(files.read('config.json'))).toMatch(/is a link/)
    expect(await files.digest(['onnx/model.onnx'])).toMatch(/^[0-9a-f]{64}$/)
  })

  test('refuses what is no plain file: a folder, a pipe', async () => {
    const folder = newFolder()
    execFileSync('mkfifo', [join(folder, 'pipe.json')])
    const files = folderFiles(folder)
    expect(await refusal(files.read('onnx'))).toMatch(/is not a plain file/)
    expect(await refusal(files.read('pipe.json'))).toMatch(/is not a plain file/)
  })

  test('refuses a file that claims a size beyond the bound, before memory is taken', async () => {
    const folder = newFolder()
    truncateSync(join(folder, 'config.json'), 2 ** 40)
    const before = process.memoryUsage().arrayBuffers
    expect(await refusal(folderFiles(folder).read('config.json'))).toMatch(
      /has 1099511627776 bytes, 4294967296 are allowed/,
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20)
    expect(await refusal(folderFiles(folder, { maxBytes: 999 }).read('tokenizer.json'))).toMatch(/1000 bytes, 999/)
  })

  test('a file that grows, is cut or written to while it is read is never given', async () => {
    const changes: readonly ((file: string) => void)[] = [
      file => appendFileSync(file, 'more'),
      file => truncateSync(file, 100),
      file => utimesSync(file, 1, 1),
    ]
    for (const change of changes) {
      const folder = newFolder()
      const reading = folderFiles(folder).read('onnx/model.onnx', {
        onProgress: () => change(join(folder, 'onnx/model.onnx')),
      })
      expect(await refusal(reading)).toMatch(/could not be read: it changed while it was read/)
    }
  })

  test('a folder that is not there is told', async () => {
    expect(await refusal(folderFiles('/no/such/folder').read('config.json'))).toMatch(/\/no\/such\/folder/)
    expect(await refusal(folderFiles('/no/such/folder').digest())).toMatch(/Check that it is there/)
  })

  test('its digest is the one that answers were kept under before, follows changes, and skips what readers read', async () => {
    const folder = newFolder({ ...testFiles, 'README.md': new Uint8Array(1), '.git/config': new Uint8Array(1) })
    const files = folderFiles(folder)
    const first = await files.digest()
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(first).toBe(await folderFiles(newFolder()).digest())
    writeFileSync(join(folder, 'config.json'), '{"model_type":"qwen3","name":"KKACHI"}')
    expect(await files.digest()).not.toBe(first)
  })
})
