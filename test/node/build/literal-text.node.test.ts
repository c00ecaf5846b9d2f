import { createContext, runInContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commentText, literalText, textLiteral } from '../../../node/build/literal-text.ts'

const realm = createContext()

/** What source text means, in a realm of its own. */
const meant = (source: string): unknown => JSON.parse(runInContext(`JSON.stringify(${source})`, realm))

describe('literalText', () => {
  test('means the value that it was made of, whatever the texts and keys are', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), value => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        expect(JSON.stringify(meant(`(${literalText(plain)})`))).toBe(JSON.stringify(plain))
      }),
    )
  })

  test.each([
    ['the end of a script', '</script><script>alert(1)</script>'],
    ['the beginning of a comment of HTML', '<!-- x -->'],
    ['a template', '`${process.exit(1)}`'],
    ['quotes and backslashes', '\\"; process.exit(1); "'],
    ['line ends of JavaScript', 'a\u2028b\u2029c\r\n'],
    ['half a character', '\ud800'],
    ['letters that turn the direction', '\u202e\u2066 // \u2069'],
  ])('keeps %s within its quotes', (_, text) => {
    const source = textLiteral(text)
    expect(meant(source)).toBe(text)
    expect(source).not.toMatch(/<|[^\x20-\x7e]|\n/)
  })

  test('makes a key of what would set a prototype', () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "a b": 2, "ok": 3}')
    expect(literalText(value)).toContain('["__proto__"]: {')
    expect(runInContext(`Object.keys(${literalText(value)}).join()`, realm)).toBe('__proto__,constructor,a b,ok')
  })
})

describe('commentText', () => {
  test('stays on its line and in its comment', () => {
    expect(commentText('a\nprocess.exit()\u2028*/ x // y')).toBe('a process.exit() * / x / / y')
  })
})
