import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { replSource } from '../../src/sandbox/repl-source.ts'

describe('a piece of a session', () => {
  test.each([
    ['const a = 1', 'var a = 1'],
    ['let a', 'var a = void 0'],
    ['let a, b = 1\nlet c // empty', 'var a = void 0, b = 1\nvar c = void 0 // empty'],
    ['let [a] = b', 'var [a] = b'],
    ['const{a}=b', 'var{a}=b'],
    ['class A extends B {}\n(1)', 'var A = class A extends B {};\n(1)'],
    ['f()\nclass A {}', 'f()\nvar A = class A {};'],
    ['if (a) {}\nconst b = 1', 'if (a) {}\nvar b = 1'],
    ['a = 1 // let\n/* const */ let b = `let ${"`"}`', 'a = 1 // let\n/* const */ var b = `let ${"`"}`'],
    ['const a = /[/]const b/g; const b = a / 2 / 1', 'var a = /[/]const b/g; var b = a / 2 / 1'],
  ])('%j becomes %j', (code, piece) => {
    expect(replSource(code)).toBe(piece)
  })

  test.each([
    'for (const a of b) { let c = a }',
    'a = class {}',
    'f(class A {})',
    'const a = (',
    'const a = "',
    'const a = `${',
    'const a = /b',
    'const a = 1 }',
    'a.const',
    'a.let = 1',
    'let = 1',
    '() => { const a = 1 }',
    'return class A {}',
  ])('%j stays as it is', code => {
    expect(replSource(code)).toBe(code)
  })

  test('keeps its lines, and is read in one pass, whatever it is', () => {
    const parts = [
      'let a',
      'const b = ',
      'class C ',
      '{',
      '}',
      '(',
      ')',
      '`',
      '${',
      '"',
      '/',
      '\\',
      '\n',
      ';',
      ',',
      ' ',
      'x',
      '1',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 60 }), pieces => {
        const code = pieces.join('')
        const piece = replSource(code)
        expect(piece.split('\n')).toHaveLength(code.split('\n').length)
      }),
    )
    const long = `${'let a = "b"\n'.repeat(20_000)}(`
    expect(replSource(long)).toBe(long)
  })
})
