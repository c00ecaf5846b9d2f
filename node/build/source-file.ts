import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../../src/data/index.ts'
import { DataError, KkachiError } from '../../src/index.ts'
import { filePattern } from './file-pattern.ts'
import { jsonLines } from './json-lines.ts'
import { type ModuleKind, moduleKinds, type Recipe } from './recipe.ts'

/**
 * Reads a `.kkachi` file: a JSON object that says what a program is made of. Paths in it are relative to its folder.
 *
 * @throws DataError `data/missing`, `data/parse`, `data/unsafe` with file and line
 * @see docs/guide/build-time.md
 */
export const readSource = async (file: string): Promise<Recipe> => recipeFrom(await textOf(file), file)

/** As `readSource`, of a text that was read already. */
export const recipeFrom = (text: string, file: string): Recipe => {
  const lines = jsonLines(text)
  const placeOf = (part: string) => ({ file, line: lines.lineOf(`/${part}`) })
  const wrong = (part: string, message: string): DataError => {
    const { line } = placeOf(part)
    return new DataError('data/parse', `${file}:${line}: ${message}`, { file, line })
  }
  if (lines.brokenLine !== undefined) {
    const line = lines.brokenLine
    const advice = 'Write {"signature": "text -> label"}; there are no comments and no trailing commas'
    throw new DataError('data/parse', `${file}:${line}: Expected JSON. ${advice}.`, { file, line })
  }
  if (lines.repeated !== undefined) {
    const key = lines.repeated.slice(1)
    throw wrong(key, `'${key}' stands here twice. Leave one out.`)
  }
  const source = parsed(text, file)
  for (const key of Object.keys(source)) {
    if (!keys.includes(key)) throw wrong(key, `There is no '${key}' in a .kkachi file. It has ${keys.join(', ')}.`)
  }
  const read = <Value>(key: string, kind: Kind<Value>): Value | undefined => {
    const value = source[key]
    if (value === undefined) return undefined
    const found = kind.read(value)
    if (found !== undefined) return found
    throw wrong(key, `Expected '${key}' to be ${kind.what}. Write ${JSON.stringify(key)}: ${kind.example}.`)
  }
  const folder = dirname(resolve(file))
  const path = (key: string): string | undefined => {
    const value = read(key, aText(key === 'program' ? '"./rag.ts"' : '"triage.json"'))
    return value === undefined ? undefined : resolve(folder, value)
  }
  const given = {
    signature: read('signature', aText('"text -> label"')),
    instructions: read('instructions', lined),
    descriptions: read('descriptions', texts),
    module: read('module', aKind),
    adapter: read('adapter', aText('"json"')),
    demos: read('demos', count('8')),
    state: path('state'),
    program: path('program'),
  }
  if (given.signature === undefined && given.state === undefined && given.program === undefined) {
    throw wrong('', 'Expected a signature, or a state that has one. Write {"signature": "text -> label"}.')
  }
  const beside = ['signature', 'instructions', 'descriptions', 'module'].find(key => source[key] !== undefined)
  if (given.program !== undefined && beside !== undefined) {
    throw wrong(beside, `The program of '${source.program}' has its own ${beside}. Leave it out.`)
  }
  const patterns = read('examples', someTexts) ?? []
  const lone = ['demos', 'seed', 'training'].find(key => source[key] !== undefined)
  if (patterns.length === 0 && lone !== undefined) {
    throw wrong(lone, `There are no examples for '${lone}'. Write "examples": "training/*.jsonl".`)
  }
  return {
    ...defined(given),
    origin: basename(file),
    examples: patterns.map(one => filePattern(one, folder)),
    seed: read('seed', count('42')) ?? 0,
    training: read('training', yesOrNo) ?? false,
    placeOf,
  }
}

/** The text of a file that a program is compiled from. */
export const textOf = async (file: string): Promise<string> => {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DataError('data/missing', `${file} cannot be read: ${reason}. Check the path.`, { file, cause: error })
  }
}

const keys: readonly string[] = [
  ...['$schema', 'signature', 'instructions', 'descriptions', 'module', 'adapter'],
  ...['examples', 'demos', 'seed', 'training', 'state', 'program'],
]

const parsed = (text: string, file: string): JsonObject => {
  try {
    const value = parseJson(text)
    if (isObject(value)) return value
  } catch (error) {
    if (!(KkachiError.is(error) && error instanceof DataError)) throw error
    throw new DataError(error.code, `${file}: ${error.message}`, { file, line: 1, cause: error })
  }
  throw new DataError('data/parse', `${file}:1: Expected an object. Write {"signature": "text -> label"}.`, {
    ...{ file, line: 1 },
  })
}

/** The same without what is undefined. */
const defined = <Given extends object>(given: Given): { [Key in keyof Given]?: Exclude<Given[Key], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Given]?: Exclude<Given[Key], undefined>
  }

interface Kind<Value> {
  readonly what: string
  readonly example: string
  read(value: JsonValue): Value | undefined
}

const aText = (example: string): Kind<string> => ({
  ...{ what: 'a text', example },
  read: value => (typeof value === 'string' && value !== '' ? value : undefined),
})

const lined: Kind<string> = {
  ...{ what: 'a text, or a list of its lines', example: '"Judge the mail."' },
  read: value => (typeof value === 'string' ? value : isTexts(value) ? value.join('\n') : undefined),
}

const someTexts: Kind<readonly string[]> = {
  ...{ what: 'a pattern of files, or a list of them', example: '"training/*.jsonl"' },
  read: value => (typeof value === 'string' ? [value] : isTexts(value) ? value : undefined),
}

const texts: Kind<Readonly<Record<string, string>>> = {
  ...{ what: 'texts by the names of fields', example: '{"text": "what the mail says"}' },
  read: value => {
    if (!isObject(value)) return undefined
    const entries = Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : []))
    return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined
  },
}

const aKind: Kind<ModuleKind> = {
  ...{ what: moduleKinds.join(' or '), example: '"chain-of-thought"' },
  read: value => moduleKinds.find(kind => kind === value),
}

const count = (example: string): Kind<number> => ({
  ...{ what: 'a whole number from 0', example },
  read: value => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined),
})

const yesOrNo: Kind<boolean> = {
  ...{ what: 'true or false', example: 'true' },
  read: value => (typeof value === 'boolean' ? value : undefined),
}

const isTexts = (value: JsonValue): value is readonly string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string')
