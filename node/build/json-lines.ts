/** Where the parts of a JSON text stand, as far as it is JSON. */
export interface JsonLines {
  /** The line of the part at a JSON pointer, or of the nearest part around it; from 1. */
  lineOf(pointer: string): number
  /** The line where the text stops being JSON; undefined when it does not. */
  readonly brokenLine: number | undefined
  /** The pointer of a key that an object has twice, if there is one. */
  readonly repeated: string | undefined
}

/** Reads a JSON text for its lines: engines tell them in messages of their own, or not at all. */
export const jsonLines = (text: string): JsonLines => {
  const offsets = new Map<string, number>([['', 0]])
  let at = 0
  let repeated: string | undefined
  const skipBlanks = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1
  }
  const take = (expected: string): void => {
    skipBlanks()
    if (text.startsWith(expected, at)) at += expected.length
    else throw new Broken()
  }
  const scalar = (form: RegExp): string => {
    form.lastIndex = at
    const [found] = form.exec(text) ?? []
    if (found === undefined) throw new Broken()
    const control = [...found].findIndex(character => character < ' ')
    if (control >= 0) {
      at += [...found].slice(0, control).join('').length
      throw new Broken()
    }
    at += found.length
    return found
  }
  const isNext = (character: string): boolean => {
    skipBlanks()
    return text.charAt(at) === character
  }
  const items = (close: string, item: (index: number) => void): void => {
    at += 1
    for (let index = 0; !isNext(close); index += 1) {
      if (index > 0) take(',')
      skipBlanks()
      item(index)
    }
    at += 1
  }
  const value = (pointer: string, depth: number): void => {
    skipBlanks()
    if (depth > deepest) throw new Broken()
    if (!offsets.has(pointer)) offsets.set(pointer, at)
    const first = text.charAt(at)
    if (first === '{') {
      items('}', () => {
        const start = at
        const path = `${pointer}/${escaped(String(JSON.parse(scalar(string))))}`
        if (offsets.has(path)) repeated ??= path
        offsets.set(path, start)
        take(':')
        value(path, depth + 1)
      })
    } else if (first === '[') items(']', index => value(`${pointer}/${index}`, depth + 1))
    else scalar(first === '"' ? string : other)
  }
  const brokenAt = (): number | undefined => {
    try {
      value('', 0)
      skipBlanks()
      return at < text.length ? at : undefined
    } catch (error) {
      if (error instanceof Broken || error instanceof SyntaxError) return at
      throw error
    }
  }
  const offset = brokenAt()
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const lineOf = (pointer: string): number => {
    const found = offsets.get(pointer)
    return found === undefined ? lineOf(pointer.slice(0, pointer.lastIndexOf('/'))) : lineAt(found)
  }
  return { lineOf, brokenLine: offset === undefined ? undefined : lineAt(offset), repeated }
}

class Broken extends Error {}

const deepest = 1000
const string = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y
const other = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
