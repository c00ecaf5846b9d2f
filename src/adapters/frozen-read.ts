import type { JsonObject } from '../data/json.ts'
import { assertSafe } from '../data/safe-json.ts'
import {
  at,
  flagAt,
  listAt,
  pairAt,
  pieceAt,
  type Reading,
  readingBudget,
  rowAt,
  textAt,
  wholeAt,
  wordAt,
  wrongShape,
} from './frozen-shape.ts'
import type { FrozenLists, FrozenPrompt, FrozenTurn, Part, ValueHole } from './frozen-template.ts'
import { frozenField, nameAt } from './frozen-type.ts'

const maxFields = 200
const maxParts = 2000
const maxDepth = 12
const maxIndent = 16
/** Places for one value in all templates together: what is long is not made endless. */
const maxHoles = 16

/**
 * The frozen prompt that a file holds, every part of it checked: what the reader gets is its own, of known shape and
 * bounded size.
 *
 * @throws ProgramFileError `program-file/shape` with the JSON pointer of what is wrong
 */
export const readFrozen = (value: unknown, path = '/kkachi/frozen'): FrozenPrompt => {
  assertSafe(value)
  const whole: Reading = { value, path }
  const row = rowAt(whole)
  if (row.format !== 1) throw wrongShape(`${path}/format`, 'frozen prompts of format 1', 'another format')
  const fields = listAt(at(whole, 'fields'), maxFields).map(frozenField)
  const names = new Set(fields.map(field => field.name))
  if (names.size < fields.length) throw wrongShape(`${path}/fields`, 'fields of different names', 'one name twice')
  const parts = partReader(names)
  const turn = (reading: Reading): FrozenTurn => ({
    user: parts(at(reading, 'user')),
    assistant: parts(at(reading, 'assistant')),
  })
  const demos = at(whole, 'demos')
  const [history, schema] = [at(whole, 'history'), at(whole, 'responseSchema')]
  return {
    format: 1,
    parser: wordAt(at(whole, 'parser'), ['chat', 'json', 'xml']),
    fields,
    ...(row.lists === undefined ? {} : { lists: listsAt(at(whole, 'lists')) }),
    system: parts(at(whole, 'system')),
    request: parts(at(whole, 'request')),
    demos: { complete: turn(at(demos, 'complete')), incomplete: turn(at(demos, 'incomplete')) },
    ...(history.value === undefined ? {} : { history: { ...turn(history), field: nameAt(at(history, 'field')) } }),
    ...(schema.value === undefined
      ? {}
      : {
          responseSchema: {
            name: textAt(at(schema, 'name'), 64),
            schema: rowAt(at(schema, 'schema')) as JsonObject, // Of parsed JSON, and safe.
          },
        }),
    exact: (row.exact === undefined ? [] : listAt(at(whole, 'exact'), maxParts)).map(known => ({
      field: nameAt(at(known, 'field')),
      value: at(known, 'value').value,
      text: textAt(at(known, 'text')),
    })),
    notes: row.notes === undefined ? [] : listAt(at(whole, 'notes'), maxParts).map(note => textAt(note, 1000)),
  }
}

const listsAt = (reading: Reading): FrozenLists => ({
  empty: pieceAt(at(reading, 'empty')),
  short: pairAt(at(reading, 'short')),
  long: pairAt(at(reading, 'long')),
  indent: pieceAt(at(reading, 'indent')),
  special: listAt(at(reading, 'special'), 20).map(item => pieceAt(item)),
  number: pairAt(at(reading, 'number')),
  between: pieceAt(at(reading, 'between')),
})

/** Reads the parts of templates, of which all together have a bound. */
const partReader = (names: ReadonlySet<string>): ((reading: Reading) => readonly Part[]) => {
  const budget = readingBudget()
  let count = 0

  const holes = new Map<string, number>()
  const hole = (name: string, path: string): string => {
    const used = (holes.get(name) ?? 0) + 1
    if (used > maxHoles) throw wrongShape(path, `at most ${maxHoles} places for one value`, 'more')
    holes.set(name, used)
    return name
  }

  const field = (reading: Reading): string => {
    const name = textAt(reading)
    if (names.has(name)) return name
    throw wrongShape(reading.path, 'the name of a field', 'another text')
  }

  const part = (reading: Reading, depth: number): Part => {
    const { value, path } = reading
    count += 1
    if (count > maxParts) throw wrongShape(path, `at most ${maxParts} parts`, 'more')
    if (typeof value === 'string') {
      budget.text(value.length, path)
      return value
    }
    const row = rowAt(reading)
    const inside = (key = 'of'): readonly Part[] => all(at(reading, key), depth + 1)
    if (row.value !== undefined) return holeAt(reading, value => hole(field(value), path))
    if (row.description !== undefined) {
      const unless = row.unless === undefined ? undefined : textAt(at(reading, 'unless'))
      const name = field(at(reading, 'description'))
      hole(` ${name}`, path)
      return { kind: 'description', field: name, unless }
    }
    if (row.instructions !== undefined) {
      const how = at(reading, 'instructions')
      hole(' instructions', path)
      const before = rowAt(how).before === undefined ? undefined : pieceAt(at(how, 'before'))
      return { kind: 'instructions', dedent: flagAt(at(how, 'dedent')), trim: flagAt(at(how, 'trim')), before }
    }
    if (row.trim !== undefined) {
      return { kind: 'trim', both: wordAt(at(reading, 'trim'), ['both', 'end']) === 'both', of: inside() }
    }
    if (row.join !== undefined) return { kind: 'join', separator: pieceAt(at(reading, 'join')), of: inside() }
    if (row.field === undefined) throw wrongShape(path, 'a part of a template', 'an object of another kind')
    const absent = row.absent === undefined ? [] : inside('absent')
    return { kind: 'field', field: field(at(reading, 'field')), of: inside(), absent }
  }

  const all = (reading: Reading, depth: number): readonly Part[] => {
    if (depth > maxDepth) throw wrongShape(reading.path, `at most ${maxDepth} nested parts`, 'more')
    return listAt(reading, maxParts).map(item => part(item, depth))
  }
  return reading => all(reading, 0)
}

const holeAt = (reading: Reading, field: (reading: Reading) => string): ValueHole => {
  const row = rowAt(reading)
  const optional = <T>(key: string, read: (reading: Reading) => T, absent: T): T =>
    row[key] === undefined ? absent : read(at(reading, key))
  const escapes = (list: Reading): ValueHole['escape'] => listAt(list, 8).map(escapeAt)
  const tag = optional('tag', nameAt, '')
  return {
    kind: 'value',
    field: field(at(reading, 'value')),
    as: wordAt(at(reading, 'as'), ['text', 'json', 'xml', 'media']),
    ...(row.indent === undefined ? {} : { indent: wholeAt(at(reading, 'indent'), maxIndent) }),
    depth: optional('depth', depth => wholeAt(depth, maxDepth), 0),
    shortFloats: row.floats === 'short',
    lists: flagAt(at(reading, 'lists')),
    escape: optional('escape', escapes, []),
    tag,
    around: [optional('open', pieceAt, ''), optional('close', pieceAt, '')],
    marks: optional('marks', pairAt, ['', '']),
    media: optional('media', media => wordAt(media, ['image', 'audio', 'file']), 'image'),
    quoted: flagAt(at(reading, 'quoted')),
  }
}

/** A character and what stands for it. */
const escapeAt = (reading: Reading): readonly [string, string] => {
  const [old, escaped] = pairAt(reading)
  if (old.length === 1 && escaped.length <= 10) return [old, escaped]
  throw wrongShape(reading.path, 'a character and at most 10 for it', 'other texts')
}
