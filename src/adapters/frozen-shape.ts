import { ProgramFileError } from '../errors/program-file-error.ts'

/** The values of a file as they are read, each with its place; what does not fit is refused. */
export interface Reading {
  readonly value: unknown
  /** A JSON pointer. */
  readonly path: string
}

/** Characters all texts of one frozen prompt may have together. */
const maxText = 2 ** 20

/** Counts what a prompt is made of: a file must not be able to make one that never ends. */
export const readingBudget = (): { text(length: number, path: string): void } => {
  let left = maxText
  return {
    text(length, path) {
      left -= length
      if (left < 0) throw wrongShape(path, `at most ${maxText} characters of frozen prompts`, 'more')
    },
  }
}

export const at = ({ value, path }: Reading, key: string): Reading => ({
  value: isRow(value) && Object.hasOwn(value, key) ? value[key] : undefined,
  path: `${path}/${key}`,
})

export const rowAt = ({ value, path }: Reading): Readonly<Record<string, unknown>> => {
  if (isRow(value) && !Array.isArray(value)) return value
  throw wrongShape(path, 'an object', kindOf(value))
}

export const listAt = ({ value, path }: Reading, most: number): readonly Reading[] => {
  if (Array.isArray(value) && value.length <= most) {
    return value.map((item: unknown, index) => ({ value: item, path: `${path}/${index}` }))
  }
  throw wrongShape(path, `a list of at most ${most}`, Array.isArray(value) ? `${value.length}` : kindOf(value))
}

export const textAt = ({ value, path }: Reading, most: number = maxText): string => {
  if (typeof value === 'string' && value.length <= most) return value
  throw wrongShape(path, `a text of at most ${most} characters`, kindOf(value))
}

export const wholeAt = ({ value, path }: Reading, most: number): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw wrongShape(path, `a whole number up to ${most}`, kindOf(value))
}

export const numberAt = ({ value, path }: Reading): number => {
  if (typeof value === 'number') return value
  throw wrongShape(path, 'a number', kindOf(value))
}

/** A flag; false when absent. */
export const flagAt = ({ value, path }: Reading): boolean => {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  throw wrongShape(path, 'true or false', kindOf(value))
}

export const wordAt = <Word extends string>({ value, path }: Reading, words: readonly Word[]): Word => {
  const found = words.find(word => word === value)
  if (found !== undefined) return found
  throw wrongShape(path, words.map(word => `'${word}'`).join(' or '), kindOf(value))
}

/** A short text: what may be written once for every item of a value. */
export const pieceAt = (reading: Reading): string => textAt(reading, 200)

export const pairAt = (reading: Reading): readonly [string, string] => {
  const [first, second] = listAt(reading, 2)
  if (first !== undefined && second !== undefined) return [pieceAt(first), pieceAt(second)]
  throw wrongShape(reading.path, 'two texts', 'fewer')
}

export const wrongShape = (path: string, expected: string, got: string): ProgramFileError =>
  new ProgramFileError(
    'program-file/shape',
    `Expected ${expected} at ${path}, got ${got}. Import the program from DSPy again.`,
    { path },
  )

export const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
