import { readTokens, type Token } from './read-tokens.ts'

/**
 * The code as a piece of a session is run: what it declares at its top level with `let`, `const` or `class` is declared
 * with `var`, so that a later piece may declare it again, as the consoles of browsers allow. Lines stay where they are.
 *
 * One pass over the letters, and none of it is executed here. Code that this reader does not follow to its end is left as
 * it is: then the engine says what is wrong with it, or refuses to declare a name twice.
 */
export const replSource = (code: string): string => {
  const edits: Edit[] = []
  return readTokens(code, topLevelDeclarations(code, edits)) ? edited(code, edits) : code
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const edited = (code: string, edits: readonly Edit[]): string => {
  let text = ''
  let from = 0
  for (const { start, end, text: put } of edits) {
    text += code.slice(from, start) + put
    from = end
  }
  return text + code.slice(from)
}

const topLevelDeclarations = (code: string, edits: Edit[]): ((token: Token) => void) => {
  let before: Token | undefined
  /** The word `class` of a declaration whose name, or whose body, is to come. */
  let opened: 'name' | 'body' | undefined
  let classStart = 0
  return token => {
    const { text, start, end, depth } = token
    if (depth === 0) {
      if (opened === 'name') {
        edits.push({ start: classStart, end: classStart, text: `var ${text} = ` })
        opened = 'body'
      } else if (opened === 'body' && text === '}') {
        edits.push({ start: end, end, text: ';' })
        opened = undefined
      } else if (
        (text === 'let' || text === 'const') &&
        startsName(code, end) &&
        startsStatement(code, before, start)
      ) {
        edits.push({ start, end, text: 'var' })
        if (text === 'let') emptied(code, end, edits)
      } else if (text === 'class' && startsName(code, end) && startsStatement(code, before, start)) {
        opened = 'name'
        classStart = start
      }
    }
    before = token
  }
}

/** What `let a, b` declares is undefined again; a `var` would keep what it was. */
const emptied = (code: string, from: number, edits: Edit[]): void => {
  const name = /[ \t]*[\p{ID_Start}$_][\p{ID_Continue}$]*(?=[ \t]*(,|;|\r|\n|\/\/|$))/uy
  let at = from
  for (;;) {
    name.lastIndex = at
    const found = name.exec(code)
    if (found === null) return
    at = name.lastIndex
    edits.push({ start: at, end: at, text: ' = void 0' })
    const comma = code.indexOf(',', at)
    if (found[1] !== ',' || comma < 0) return
    at = comma + 1
  }
}

const startsName = (code: string, from: number): boolean => /\s*[\p{ID_Start}$_[{]/uy.test(code.slice(from, from + 80))

const startsStatement = (code: string, before: Token | undefined, start: number): boolean => {
  if (before === undefined || before.text === ';' || before.text === '}') return true
  const ended = before.text === ')' || before.text === ']' || (isWord(before.text) && !operators.has(before.text))
  return (ended || isLiteral(before.text)) && /[\r\n\u2028\u2029]/.test(code.slice(before.end, start))
}

/** Words after which a value comes. */
const operators: ReadonlySet<string> = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(' '),
)

const isWord = (text: string): boolean => /^[\p{ID_Continue}$]/u.test(text)
const isLiteral = (text: string): boolean => text === 'literal'
