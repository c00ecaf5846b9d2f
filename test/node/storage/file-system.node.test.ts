import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { fileOf, keyOf } from '../../../node/storage/file-name.ts'
import { fileSystemStorage } from '../../../node/storage/file-system.ts'
import { describeStorage } from '../../contracts/storage-contract.ts'

const root = mkdtempSync(join(tmpdir(), 'kkachi-storage-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let directories = 0
const newDirectory = (): string => {
  directories += 1
  return join(root, `${directories}`)
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

let time = 0
const passASecond = (): void => {
  time += 1000
}

describeStorage('fileSystemStorage', {
  make: () => fileSystemStorage(newDirectory(), { now: () => time }),
  passASecond,
})

describeStorage('fileSystemStorage that flushes', {
  make: () => fileSystemStorage(newDirectory(), { now: () => time, flush: true }),
  passASecond,
})

test('names of files are plain, short, and tell keys apart', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), key => {
      const names = fileOf(key).split('/')
      for (const name of names) expect(name).toMatch(/^_[-a-z0-9%]*\.(kv|d)$/)
      for (const name of names) expect(name.length).toBeLessThan(210)
      expect(keyOf(names)).toBe(key)
    }),
  )
})

test.each([['_a'], ['a.kv'], ['_A.kv'], ['_%41.KV'], ['_%2E.kv'], ['_%zz.kv'], ['_%ff.kv'], ['_.kv'], ['.tmp']])(
  'a file named %s is not one of ours',
  name => {
    expect(keyOf([name])).toBeUndefined()
  },
)

test('nothing is written outside of the directory, whatever the key spells', async () => {
  const directory = newDirectory()
  const inner = join(directory, 'a', 'b')
  const storage = fileSystemStorage(inner)
  for (const key of ['../x', '../../x', '/x', '..', 'a/../../x', '%2e%2e/x', '..\\x']) {
    await storage.put(key, bytes('x'))
  }
  expect(await readdir(directory)).toEqual(['a'])
  expect(await readdir(join(directory, 'a'))).toEqual(['b'])
  expect((await readdir(inner)).filter(name => name.endsWith('.kv'))).toHaveLength(7)
})

test('what is stored outlives the store object', async () => {
  const directory = newDirectory()
  await fileSystemStorage(directory).put('key', bytes('value'))
  const stored = await fileSystemStorage(directory).get('key')
  expect(stored?.value).toEqual(bytes('value'))
})

test('a directory that does not exist is an empty store, made by the first write', async () => {
  const directory = newDirectory()
  const storage = fileSystemStorage(join(directory, 'deep', 'er'))
  expect(await storage.get('key')).toBeUndefined()
  for await (const key of storage.list('')) expect(key).toBe('none')
  await storage.put('key', bytes('value'))
  expect((await storage.get('key'))?.value).toEqual(bytes('value'))
})

test('files that are not ours or were cut count as absent', async () => {
  const directory = newDirectory()
  const storage = fileSystemStorage(directory)
  await storage.put('cut', bytes('a long value'))
  const path = join(directory, fileOf('cut'))
  const whole = await readFile(path)
  for (const content of [whole.subarray(0, -3), whole.subarray(0, 10), Buffer.alloc(0), Buffer.from('{}\nx')]) {
    writeFileSync(path, content)
    expect(await storage.get('cut')).toBeUndefined()
  }
  writeFileSync(join(directory, 'README'), 'mine')
  const keys: string[] = []
  for await (const key of storage.list('')) keys.push(key)
  expect(keys).toEqual([])
  await storage.put('cut', bytes('again'))
  expect((await storage.get('cut'))?.value).toEqual(bytes('again'))
})

test('drafts that killed processes left are unseen, and removed when they are old', async () => {
  const directory = newDirectory()
  await fileSystemStorage(directory).put('key', bytes('value'))
  const old = join(directory, '.tmp', 'old')
  writeFileSync(old, 'half')
  utimesSync(old, 0, 0)
  writeFileSync(join(directory, '.tmp', 'new'), 'half')
  await fileSystemStorage(directory).put('key', bytes('again'))
  expect(readdirSync(join(directory, '.tmp'))).toEqual(['new'])
})

test('nothing but the files is left after writing', async () => {
  const directory = newDirectory()
  const storage = fileSystemStorage(directory)
  await Promise.all(['1', '2', '3'].map(text => storage.put('key', bytes(text))))
  await storage.delete('key')
  expect(readdirSync(join(directory, '.tmp'))).toEqual([])
  expect(readdirSync(join(directory, '.locks'))).toEqual([expect.stringMatching(/^\.owner-/)])
})

test('a directory that cannot be used is an error that names the way out', async () => {
  const file = join(root, 'a-file')
  writeFileSync(file, '')
  const failure = { code: 'storage/unavailable', retryable: true, key: 'key' }
  await expect(fileSystemStorage(file).put('key', bytes('x'))).rejects.toMatchObject(failure)
  await expect(fileSystemStorage(file).put('key', bytes('x'))).rejects.toThrow('Check that it exists')
})

const source = new URL('../../../node/storage/file-system.ts', import.meta.url).href

/** A process of its own that runs `code` with a store on the directory. */
const inProcess = (directory: string, code: string) =>
  spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { fileSystemStorage } from ${JSON.stringify(source)}
     const storage = fileSystemStorage(${JSON.stringify(directory)})
     const bytes = text => new TextEncoder().encode(text)
     const text = stored => stored && new TextDecoder().decode(stored.value)
     ${code}`,
  ])

const ended = (child: ReturnType<typeof spawn>): Promise<number | null> =>
  new Promise(resolve => child.on('close', code => resolve(code)))

test('a lock whose process is gone is taken over, also when its number lives again', async () => {
  const directory = newDirectory()
  const storage = fileSystemStorage(directory)
  await storage.put('key', bytes('1'))
  const lock = join(directory, '.locks', createHash('sha256').update('key').digest('hex'))
  for (const pid of [process.pid, 2 ** 22 + 1]) {
    writeFileSync(lock, JSON.stringify({ pid, run: 'an earlier one', host: hostname() }))
    await storage.put('key', bytes('2'))
  }
  expect((await storage.get('key'))?.value).toEqual(bytes('2'))
})

test('a lock of a living process is waited for, until the caller has had enough', async () => {
  const directory = newDirectory()
  const storage = fileSystemStorage(directory)
  await storage.put('key', bytes('1'))
  const lock = join(directory, '.locks', createHash('sha256').update('key').digest('hex'))
  writeFileSync(lock, JSON.stringify({ pid: process.ppid, run: 'another', host: hostname() }))
  const controller = new AbortController()
  const waiting = storage.put('key', bytes('2'), { signal: controller.signal }).catch(error => error)
  await new Promise(resolve => setTimeout(resolve, 30))
  expect((await storage.get('key'))?.value).toEqual(bytes('1'))
  controller.abort()
  expect(await waiting).toBe(controller.signal.reason)
  rmSync(lock)
  await storage.put('key', bytes('3'))
  expect((await storage.get('key'))?.value).toEqual(bytes('3'))
})

test('processes that count together lose nothing', async () => {
  const directory = newDirectory()
  const add = `for (let i = 0; i < 20; i += 1) for (;;) {
    const stored = await storage.get('count')
    if (await storage.putIf('count', bytes(String(Number(text(stored) ?? 0) + 1)), stored?.version)) break
  }`
  const codes = await Promise.all([1, 2, 3].map(() => ended(inProcess(directory, add))))
  expect(codes).toEqual([0, 0, 0])
  const stored = await fileSystemStorage(directory).get('count')
  expect(new TextDecoder().decode(stored?.value)).toBe('60')
}, 300_000)

test('a process killed while it writes leaves the old value or the new one, and its locks hold nobody up', async () => {
  const directory = newDirectory()
  const storage = fileSystemStorage(directory)
  await storage.put('key', bytes('a'.repeat(100_000)))
  for (let round = 0; round < 4; round += 1) {
    const child = inProcess(
      directory,
      `console.log('ready')
       for (let i = 0; ; i += 1) await storage.put('key', bytes('bcdefg'[i % 6].repeat(100_000 + i)))`,
    )
    await new Promise(resolve => child.stdout?.once('data', resolve))
    await new Promise(resolve => setTimeout(resolve, 5 + round * 7))
    child.kill('SIGKILL')
    await ended(child)
    const text = new TextDecoder().decode((await storage.get('key'))?.value)
    expect(text.length).toBeGreaterThanOrEqual(100_000)
    expect(new Set(text).size).toBe(1)
    const began = performance.now()
    await storage.put('key', bytes('a'.repeat(100_000)))
    expect(performance.now() - began).toBeLessThan(20_000) // a lock that is thought to be held is waited for longer
  }
}, 300_000)
