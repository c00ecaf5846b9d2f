import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtCopy, install, pack, root } from './built-copy.ts'
import { imported } from './cost-of-each-name.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-pack-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** The files of a folder, by their path in it. */
const filesOf = (at: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(at, { recursive: true, withFileTypes: true })
      .filter(entry => !entry.isDirectory())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [relative(at, path), sha256(path)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

let archives: readonly string[] = []
let installed = ''
let files: Readonly<Record<string, string>> = {}

beforeAll(() => {
  archives = ['one', 'two/deeper/down'].map(name => {
    const copy = join(folder, name, 'kkachi')
    builtCopy(copy)
    return pack(copy, join(folder, name))
  })
  installed = install(archives[0] ?? '', join(folder, 'installed'))
  files = filesOf(installed)
}, 600_000)

const texts = (): readonly string[] => Object.keys(files).filter(path => !/\.(?:onnx|wasm)$/.test(path))
const textOf = (path: string): string => readFileSync(join(installed, path), 'utf8')
const manifest = () => JSON.parse(textOf('package.json'))

describe('43. the package', () => {
  test('is the same, file by file and bit for bit, when it is built again from a clean copy elsewhere', () => {
    const [one = '', two = ''] = archives
    expect(filesOf(install(two, join(folder, 'again')))).toEqual(files)
    expect(sha256(two)).toBe(sha256(one))
  })

  test('holds what stands for itself exactly as it is in the repository', () => {
    const own = Object.keys(files).filter(path => !path.startsWith('dist/'))
    expect(own.filter(path => sha256(join(root, path)) !== files[path])).toEqual([])
  })

  test('holds files of these folders, and no binary but the assets that are listed with their digests', () => {
    const outside = Object.keys(files).filter(path => !/^(?:bin|dist|models|python|sandbox|wasm)\/|^[^/]+$/.test(path))
    expect(outside).toEqual([])
    expect(
      Object.keys(files).filter(path => !/\.(?:js|mjs|d\.ts|js\.map|json|md|onnx|py|wasm)$|^LICENSE-/.test(path)),
    ).toEqual([])
    const listed = readFileSync(new URL('./ASSETS.sha256', import.meta.url), 'utf8')
    const assets = Object.entries(files).filter(([path]) => /^models\/|\.(?:onnx|wasm)$/.test(path))
    expect(assets.map(([path, digest]) => `${digest}  ${path}\n`).join('')).toBe(listed)
  })

  test('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish']
    const scripts = Object.keys(manifest().scripts ?? {})
    expect(scripts.filter(name => [...hooks, 'prepack', 'postpack', 'prepublishOnly'].includes(name))).toEqual([])
    expect(existsSync(join(installed, 'binding.gyp'))).toBe(false)
    expect(manifest().gypfile ?? false).toBe(false)
    expect(Object.keys(manifest().bin)).toEqual(['kkachi'])
  })

  test('has lines that can be shown: Node prints the one where an error was thrown', () => {
    const built = Object.keys(files).filter(path => /^dist\/.*\.js$/.test(path))
    expect(built.filter(path => /[^\n]{5000}/.test(textOf(path)))).toEqual([])
  })

  test('has no tests in it, nor the sources of any', () => {
    expect(Object.keys(files).filter(path => /(?:^|\/)tests?\/|\.test\.|-vectors|\.tgz$/.test(path))).toEqual([])
    const maps = Object.keys(files).filter(path => path.endsWith('.map'))
    const sources = maps.flatMap(path => JSON.parse(textOf(path)).sources as string[])
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter(source => /(?:^|\/)test\/|\.test\./.test(source))).toEqual([])
    // Nothing of the machine that built it.
    expect(sources.filter(source => source.startsWith('/') || source.includes('://'))).toEqual([])
    expect(texts().filter(path => textOf(path).includes(folder) || textOf(path).includes(root))).toEqual([])
  })

  test('has no keys in it', () => {
    const keys =
      /\b(?:sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|gh[pousr]_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}|AIza[\w-]{35})|-----BEGIN [A-Z ]*PRIVATE KEY|_authToken/
    expect(texts().filter(path => keys.test(textOf(path)))).toEqual([])
    expect(Object.keys(files).filter(path => /(?:^|\/)\.|\.(?:env|pem|key|npmrc)$/.test(path))).toEqual([])
  })

  test('imports nothing but its own files, Node and the packages it declares', () => {
    const { dependencies, peerDependencies } = manifest()
    expect(dependencies).toEqual({ hono: expect.stringMatching(/^\d/), 'idb-keyval': expect.stringMatching(/^\d/) })
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies), 'kkachi']
    const built = Object.keys(files).filter(path => /\.m?js$/.test(path))
    const imported = new Set(built.flatMap(path => importsIn(textOf(path)).filter(name => !name.startsWith('.'))))
    const foreign = [...imported].filter(
      name =>
        !(name.startsWith('node:') || builtinModules.includes(name)) &&
        !declared.some(one => name === one || name.startsWith(`${one}/`)),
    )
    expect(foreign).toEqual([])
    expect([...imported]).toContain('hono')
  })

  test('leaves as little in a page as the sources do: nothing of what it does not use', async () => {
    for (const names of [['bestOfN'], ['predict', 'openaiCompatible']]) {
      const [built, sources] = [await imported(names, join(installed, 'dist/index.js')), await imported(names)]
      expect(built.gzipBytes).toBeLessThan(1.1 * sources.gzipBytes)
    }
  })

  test('has a file behind every entry', () => {
    const targets = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : Object.values(value as object).flatMap(targets)
    const missing = targets([manifest().exports, manifest().bin])
      .map(path => path.replace(/^\.\//, ''))
      .filter(path => {
        const [before = '', after] = path.split('*')
        if (after === undefined) return !existsSync(join(installed, path))
        return !Object.keys(files).some(file => file.startsWith(before) && file.endsWith(after))
      })
    expect(missing).toEqual([])
  })
})

/** What built code imports: statements, and imports that run. */
const importsIn = (code: string): string[] =>
  Array.from(
    code.matchAll(
      /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{][^'"`;]*?from\s*)?["'`]([^"'`\n]+)["'`]|\bimport\(\s*["'`]([^"'`]+)["'`]/g,
    ),
    ([, one, two]) => one ?? two ?? '',
  )
