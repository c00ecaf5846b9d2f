import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { errorCodes } from '../src/errors/codes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The levels of `src/`: a folder imports lower ones and itself. See docs/architecture.md. */
const levels: readonly (readonly string[])[] = [
  ['errors', 'data'],
  ['signature'],
  ['ports'],
  ['kernels', 'storage', 'tools', 'retrieval', 'sandbox', 'adapters', 'testing'],
  ['models'],
  ['inference', 'strategies'],
  ['modules'],
  ['evaluation'],
  ['search'],
  ['optimizers', 'pipeline', 'agents'],
  ['learning'],
  ['server'],
]

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(ts|mts)$/.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm)].map(
    ([, named, bare]) => named ?? bare ?? '',
  )

/** The files of the repository that a file imports. */
const localImports = (file: string): string[] =>
  importsOf(file)
    .filter(name => name.startsWith('.'))
    .map(name => relative(root, resolve(root, dirname(file), name)))

const folderOf = (file: string): string => file.split('/')[1] ?? ''

const levelOf = (folder: string): number => levels.findIndex(level => level.includes(folder))

const source = filesIn('src')
const folders = source.filter(file => file.split('/').length > 2)
const platforms = ['node', 'worker', 'browser'].filter(folder => {
  try {
    return statSync(join(root, folder)).isDirectory()
  } catch {
    return false
  }
})

describe('the tree', () => {
  test('every folder of src has a level', () => {
    expect(folders.map(folderOf).filter(folder => levelOf(folder) < 0)).toEqual([])
  })

  test('a folder imports lower levels and itself', () => {
    const wrong = folders.flatMap(file =>
      localImports(file)
        .filter(target => target.startsWith('src/') && folderOf(target) !== folderOf(file))
        .filter(target => levelOf(folderOf(target)) > levelOf(folderOf(file)) || isSideways(file, target))
        .map(target => `${file} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('inside src files are imported, never an index, and nothing outside', () => {
    const wrong = source
      .filter(file => file !== 'src/index.ts')
      .flatMap(file =>
        localImports(file)
          .filter(target => target.endsWith('/index.ts') || !target.startsWith('src/'))
          .map(target => `${file} -> ${target}`),
      )
    expect(wrong).toEqual([])
  })

  test('no import goes in a circle', () => {
    expect(circles(source)).toEqual([])
  })

  test('src imports no platform and no package but the two it depends on, and hono in its server', () => {
    const packagesOf = (files: readonly string[]) =>
      [...new Set(files.flatMap(file => importsOf(file).filter(name => !name.startsWith('.'))))].sort()
    const isServer = (file: string) => file.startsWith('src/server/')
    expect(packagesOf(source.filter(file => !isServer(file)))).toEqual(['eventsource-parser', 'jsonrepair'])
    expect(packagesOf(source.filter(isServer)).map(name => name.split('/')[0])).toContain('hono')
    expect(packagesOf(source.filter(isServer)).filter(name => !/^hono(\/|$)/.test(name))).toEqual([])
  })

  test('node, worker and browser import public entries, and never each other', () => {
    const wrong = platforms.flatMap(platform =>
      filesIn(platform).flatMap(file =>
        localImports(file)
          .filter(target => !target.startsWith(`${platform}/`) && !/^src\/(\w+\/)?index\.ts$/.test(target))
          .map(target => `${file} -> ${target}`),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('no folder is a drawer for everything', () => {
    const names = [...source, ...platforms.flatMap(filesIn)].flatMap(file => file.split('/'))
    expect(names.filter(name => /^(utils?|helpers?|common|types|misc|shared)(\.ts)?$/.test(name))).toEqual([])
  })
})

/** Folders of one level do not know each other, but for errors and data, which are one vocabulary. */
const isSideways = (file: string, target: string): boolean =>
  levelOf(folderOf(file)) === levelOf(folderOf(target)) && levelOf(folderOf(file)) > 0

const circles = (files: readonly string[]): string[] => {
  const state = new Map<string, 'open' | 'done'>()
  const found: string[] = []
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'open') found.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
    if (state.has(file)) return
    state.set(file, 'open')
    for (const target of valueImports(file)) visit(target, [...trail, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  return found
}

/** Imports that exist at run time: types may describe each other. */
const valueImports = (file: string): string[] =>
  [...read(file).matchAll(/^(?:import|export)\s+(?!type\b)([^'"]*?)from\s+['"](\.[^'"]+)['"]/gm)]
    .filter(([, names = '']) => !/^\{\s*(type \w+,?\s*)+\}\s*$/.test(names))
    .map(([, , name = '']) => relative(root, resolve(root, dirname(file), name)))

describe('the files', () => {
  const sizes = [...source, ...platforms.flatMap(filesIn)].map(file => ({
    file,
    lines: read(file).split('\n').length - 1,
  }))

  test('none is over 400 lines', () => {
    expect(sizes.filter(({ lines }) => lines > 400)).toEqual([])
  })

  test('half of them are under 80 lines', () => {
    const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(80)
  })

  test('no source has any, a non-null assertion, or a silenced compiler', () => {
    const wrong = [...source, ...platforms.flatMap(filesIn)].filter(file =>
      /@ts-(ignore|expect-error|nocheck)|\bas any\b|: any\b|<any>/.test(read(file)),
    )
    expect(wrong).toEqual([])
  })
})

describe('the errors', () => {
  test('every code is thrown somewhere', () => {
    const all = [...source, ...platforms.flatMap(filesIn)]
      .filter(file => file !== 'src/errors/codes.ts')
      .map(read)
      .join('\n')
    expect(Object.keys(errorCodes).filter(code => !all.includes(`'${code}'`))).toEqual([])
  })
})

describe('the public names', () => {
  test('are these', async () => {
    const entries = [
      'index',
      'adapters/index',
      'evaluation/index',
      'inference/index',
      'optimizers/index',
      'server/index',
      'storage/index',
      'testing/index',
    ]
    const names: Record<string, string[]> = {}
    for (const entry of entries) {
      const loaded: object = await import(join(root, 'src', `${entry}.ts`))
      names[entry.replace('/index', '')] = Object.keys(loaded).sort()
    }
    const worker: object = await import(join(root, 'worker/index.ts'))
    names.worker = Object.keys(worker).sort()
    await expect(JSON.stringify(names, null, 2)).toMatchFileSnapshot('public-names.json')
  })
})
