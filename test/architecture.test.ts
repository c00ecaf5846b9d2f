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
  ['kernels', 'datasets', 'storage', 'tools', 'retrieval', 'sandbox', 'adapters', 'testing', 'tracing'],
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

/** The text without comments that begin their line: an example in one imports nothing. */
const code = (text: string): string => text.replaceAll(/^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*$)/gm, '')

/** What a text imports, however it is written: `from`, bare, when it runs, or for a type alone. */
const importsIn = (text: string): string[] => {
  const body = code(text)
  const named = body.matchAll(/^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm)
  const called = body.matchAll(/\bimport\(\s*['"`]([^'"`$]+)['"`]/g)
  return [...named, ...called].map(([, first, second]) => first ?? second ?? '')
}

const importsOf = (file: string): string[] => importsIn(read(file))

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

  test('src imports no platform and no package but the two it depends on, hono in its server, and optional peers', () => {
    const packagesOf = (files: readonly string[]) =>
      [...new Set(files.flatMap(file => importsOf(file).filter(name => !name.startsWith('.'))))].sort()
    const isServer = (file: string) => file.startsWith('src/server/')
    const peers = new Map([
      ['src/tools/mcp-tools.ts', ['@modelcontextprotocol/client']],
      ['src/inference/bring-text-libraries.ts', ['@huggingface/jinja', '@huggingface/tokenizers']],
    ])
    const plain = source.filter(file => !isServer(file) && !peers.has(file))
    expect(packagesOf(plain)).toEqual(['eventsource-parser', 'jsonrepair'])
    for (const [file, packages] of peers) {
      expect(packagesOf([file])).toEqual(packages)
      expect(read(file)).not.toMatch(/^import (?!type).*'@/m)
    }
    expect(packagesOf(source.filter(isServer)).map(name => name.split('/')[0])).toContain('hono')
    expect(packagesOf(source.filter(isServer)).filter(name => !/^hono(\/|$)/.test(name))).toEqual([])
  })

  test('node, worker and browser import entries of the package or inner ones, and never each other', () => {
    const allowed = [...packageEntries.values(), ...innerEntries]
    const wrong = platforms.flatMap(platform =>
      filesIn(platform).flatMap(file =>
        localImports(file)
          .filter(target => !target.startsWith(`${platform}/`) && !allowed.includes(target))
          .map(target => `${file} -> ${target}`),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('an inner entry is no entry of the package, and some platform needs it', () => {
    const used = platforms.flatMap(filesIn).flatMap(localImports)
    expect(innerEntries.filter(entry => [...packageEntries.values()].includes(entry) || !used.includes(entry))).toEqual(
      [],
    )
  })

  test('only the command line loads code by a name it is given', () => {
    const loading = [...source, ...platforms.flatMap(filesIn)].filter(file =>
      /\bimport\((?!\s*['"])/.test(code(read(file))),
    )
    expect(loading).toEqual(['node/cli/metric-from-flags.ts', 'node/cli/program-from-flags.ts'])
  })

  test('an import is seen however it is written, but not in a comment', () => {
    const text = [
      "import { a } from './named.ts'",
      "import './bare.ts'",
      "export type { B } from './again.ts'",
      "const late = async () => (await import('./late.ts')).late",
      'type Whole = typeof import("./whole.ts")',
      " * @example await import('./example.ts')",
      "// import './comment.ts'",
    ]
    const seen = importsIn(['/** Says something.', text[5], ' */', ...text.slice(0, 5), text[6]].join('\n'))
    expect(seen).toEqual(['./named.ts', './bare.ts', './again.ts', './late.ts', './whole.ts'])
  })

  test('no folder is a drawer for everything', () => {
    const names = [...source, ...platforms.flatMap(filesIn)].flatMap(file => file.split('/'))
    expect(names.filter(name => /^(utils?|helpers?|common|types|misc|shared)(\.ts)?$/.test(name))).toEqual([])
  })
})

/** The entries of the package: the name users import, and its source as the build has it. */
const packageEntries: ReadonlyMap<string, string> = new Map(
  Object.entries<unknown>(JSON.parse(read('package.json')).exports)
    .filter((entry): entry is [string, string] => String(entry[1]).startsWith('./dist/'))
    .map(([name, file]) => [
      name === '.' ? 'index' : name.slice(2),
      builtFrom(file.slice('./dist/'.length, -'.js'.length)),
    ]),
)

/** The source of a built file. */
function builtFrom(entry: string): string {
  const pattern = new RegExp(`^\\s*'?${entry}'?: '([^']+)'`, 'm')
  return pattern.exec(read('tsdown.config.ts'))?.[1] ?? `nothing in tsdown.config.ts for ${entry}`
}

/**
 * Indexes of `src/` that only this repository imports: canonical and safe JSON, hashing, digests of states, how a model
 * in a worker is asked. The platforms need them, users are not promised them, and a list of their own keeps it visible
 * what leaves a folder.
 */
const innerEntries: readonly string[] = [
  'src/data/index.ts',
  'src/inference/messages/index.ts',
  'src/models/index.ts',
  'src/modules/index.ts',
]

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
    const names: Record<string, string[]> = {}
    for (const [name, file] of packageEntries) {
      const loaded: object = await import(join(root, file))
      names[name] = Object.keys(loaded).sort()
    }
    await expect(JSON.stringify(names, null, 2)).toMatchFileSnapshot('public-names.json')
  })

  test('stand in files that exist, each under one name', () => {
    const files = [...packageEntries.values()]
    expect(files.filter(file => !statSync(join(root, file)).isFile())).toEqual([])
    expect(new Set(files).size).toBe(files.length)
  })
})
