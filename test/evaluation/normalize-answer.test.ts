import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizeAnswer } from '../../src/evaluation/normalize-answer.ts'

describe('normalizeAnswer', () => {
  // Each right side is what DSPy 3.4.1's normalize_text printed.
  test.each([
    ['The  Eiffel Tower!', 'eiffel tower'],
    ["l'an 2000", 'lan 2000'],
    ['a_b the_x', 'ab thex'],
    ['th-e cat', 'cat'],
    ['th\u00e9 chat', '\u0301 chat'],
    ['the\u0301', '\u0301'],
    ['the\u00a0cat', 'cat'],
    ['the\u200bcat', '\u200bcat'],
    ['A\u001cB', 'b'],
    ['the\u00b2', 'the\u00b2'],
    ['\u0663the', '\u0663the'],
    ['\uff12 the', '\uff12'],
    ['x\ufeffy the', 'x\ufeffy'],
    ['\u00c0\u03a3 \u0391\u03a3', '\u0300\u03c2 \u03b1\u03c2'],
  ])('reads %j as %j', (text, normalized) => {
    expect(normalizeAnswer(text)).toBe(normalized)
  })

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const once = normalizeAnswer(text)
        // A mark after an article joins what comes before it, so that a new article can appear: not here.
        fc.pre(!/\p{M}/u.test(once))
        expect(normalizeAnswer(once)).toBe(once)
      }),
    )
  })

  test('takes time in proportion to the text', () => {
    const started = performance.now()
    normalizeAnswer('the '.repeat(200_000))
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})
