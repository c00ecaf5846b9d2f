import { describe, expect, test } from 'vitest'
import type { Grammar, GrammarEngine, TokenConstraint, TokenVocabulary } from '../../src/inference/token-constraint.ts'
import { smallVocabulary } from './small-vocabulary.ts'

const yesOrNo: Grammar = { kind: 'regex', pattern: '(yes|no)' }

const ticket: Grammar = {
  kind: 'json-schema',
  schema: {
    type: 'object',
    properties: { label: { enum: ['billing', 'other'] }, count: { type: 'integer', minimum: 3, maximum: 12 } },
    required: ['label', 'count'],
    additionalProperties: false,
  },
}

const marked: Grammar = {
  kind: 'lark',
  text: 'start: "[[ ## label ## ]]\\n" ("billing" | "other") "\\n\\n[[ ## completed ## ]]"',
}

const manyKeys = Object.fromEntries(Array.from({ length: 2_599 }, (_, index) => [`key${index}`, true]))

/** What an engine of grammars has to keep, whatever it is made of. */
export const describeTokenConstraint = (
  name: string,
  make: (vocabulary: TokenVocabulary) => Promise<GrammarEngine>,
): void => {
  const vocabulary = smallVocabulary()

  const allowed = (constraint: TokenConstraint, length: number = vocabulary.size): number[] => {
    const logits = new Float32Array(length)
    constraint.mask(logits)
    return [...logits.entries()].flatMap(([token, logit]) => (logit === 0 ? [token] : []))
  }

  /** How far a document gets, one byte a token, and whether it may end there. */
  const follow = (engine: GrammarEngine, grammar: Grammar, document: string): { read: number; ends: boolean } => {
    const constraint = engine.constraint(grammar)
    let read = 0
    for (const byte of new TextEncoder().encode(document)) {
      if (!allowed(constraint).includes(byte)) break
      constraint.accept(byte)
      read += 1
    }
    const ends = constraint.ended || allowed(constraint).includes(vocabulary.end)
    constraint.free()
    return { read, ends }
  }

  describe(`${name}, as an engine of grammars`, () => {
    const engine = make(vocabulary)
    const begun = async (grammar: Grammar): Promise<TokenConstraint> => (await engine).constraint(grammar)

    test('allows what goes on in the grammar and nothing else', async () => {
      const answer = await begun(yesOrNo)
      const [yes = 0] = vocabulary.encode('yes')
      const [no = 0] = vocabulary.encode('no')
      expect(allowed(answer)).toEqual(['n'.charCodeAt(0), 'y'.charCodeAt(0), yes, no])
      answer.accept('y'.charCodeAt(0))
      expect(allowed(answer)).toEqual(['e'.charCodeAt(0)])
    })

    test('allows an end where the answer may end, and there alone', async () => {
      const answer = await begun({ kind: 'regex', pattern: 'a*' })
      expect(allowed(answer)).toContain(vocabulary.end)
      answer.accept('a'.charCodeAt(0))
      expect(allowed(answer)).toContain(vocabulary.end)
      answer.accept(vocabulary.end)
      expect(answer.ended).toBe(true)
      const other = await begun(yesOrNo)
      expect(() => other.accept(vocabulary.end)).toThrow(RangeError)
    })

    test('is over when nothing can follow, and then allows an end alone', async () => {
      const answer = await begun(yesOrNo)
      answer.accept(vocabulary.encode('yes')[0] ?? 0)
      expect(answer.ended).toBe(true)
      expect(allowed(answer)).toEqual([vocabulary.end])
      answer.accept(vocabulary.end)
      expect(answer.ended).toBe(true)
    })

    test('refuses a token that it forbids and stays where it was', async () => {
      const answer = await begun(yesOrNo)
      expect(() => answer.accept('x'.charCodeAt(0))).toThrow(RangeError)
      expect(() => answer.accept(vocabulary.noText)).toThrow(RangeError)
      answer.accept('n'.charCodeAt(0))
      expect(allowed(answer)).toEqual(['o'.charCodeAt(0)])
    })

    test('forbids tokens beyond its vocabulary', async () => {
      const answer = await begun({ kind: 'regex', pattern: '[a-z]+' })
      expect(allowed(answer, vocabulary.size + 37).every(token => token < vocabulary.size)).toBe(true)
    })

    test('changes nothing but to forbid, whether prepared or not', async () => {
      const prepared = await begun(yesOrNo)
      prepared.prepare()
      prepared.prepare()
      const logits = Float32Array.from({ length: vocabulary.size }, (_, token) => token / 7)
      const others = logits.slice()
      prepared.mask(logits)
      ;(await begun(yesOrNo)).mask(others)
      expect(logits).toEqual(others)
      expect(
        [...logits.entries()].every(([token, logit]) => logit === Math.fround(token / 7) || logit === -Infinity),
      ).toBe(true)
    })

    test('spells what is forced as the tokenizer would, and has accepted it', async () => {
      const answer = await begun(marked)
      const tokens = [...answer.forced()]
      expect(tokens).toEqual(vocabulary.encode('[[ ## label ## ]]\n'))
      expect(answer.forced()).toEqual([])
      answer.accept(vocabulary.encode('other')[0] ?? 0)
      tokens.push(vocabulary.encode('other')[0] ?? 0, ...answer.forced())
      expect(vocabulary.textOf(tokens)).toBe('[[ ## label ## ]]\nother\n\n[[ ## completed ## ]]')
      expect(answer.ended).toBe(true)
      expect(answer.forced()).toEqual([])
    })

    test('stops before a forced token that could be part of a longer one', async () => {
      const answer = await begun({ kind: 'regex', pattern: 'xab[cd]?' })
      expect(answer.forced()).toEqual(['x'.charCodeAt(0)])
      expect(allowed(answer)).toEqual(expect.arrayContaining([...vocabulary.encode('abc')]))
    })

    test('forces text beyond ASCII by whole characters', async () => {
      const answer = await begun({ kind: 'lark', text: 'start: "né€" ("à" | "â")' })
      const forced = [...answer.forced()]
      expect('né€').toContain(vocabulary.textOf(forced))
      while (!answer.ended) {
        const token = allowed(answer)[0] ?? -1
        answer.accept(token)
        forced.push(token, ...answer.forced())
      }
      expect(vocabulary.textOf(forced)).toMatch(/^né€[àâ]$/)
    })

    test.each([
      ['{"label": "billing", "count": 12}', true],
      ['{"label": "other", "count": 3}', true],
    ])('lets a document through that follows its schema: %s', async document => {
      expect(follow(await engine, ticket, document)).toEqual({ read: document.length, ends: true })
    })

    test.each([
      ['another label', '{"label": "legal", "count": 3}', '{"label": "'.length],
      ['a number below its limit', '{"label": "other", "count": 2}', '{"label": "other", "count": '.length],
      ['a number above its limit', '{"label": "other", "count": 13}', '{"label": "other", "count": 1'.length],
      ['a number that is text', '{"label": "other", "count": "3"}', '{"label": "other", "count": '.length],
      ['a key too many', '{"label": "other", "count": 3, "more": 1}', '{"label": "other", "count": 3'.length],
      ['a missing key', '{"label": "other"}', '{"label": "other"'.length],
      ['what is no JSON', 'label: other', 0],
      ['an end too early', '{"label": "other", "count": 3', Number.NaN],
    ])('refuses %s at the place where it begins', async (_, document, place) => {
      const { read, ends } = follow(await engine, ticket, document)
      expect(ends).toBe(false)
      expect(read).toBe(Number.isNaN(place) ? document.length : place)
    })

    test.each<[string, Grammar, RegExp]>([
      ['an unknown rule', { kind: 'lark', text: 'start: nobody' }, /nobody/],
      ['a text that is not closed', { kind: 'lark', text: 'start: "a\n' }, /1\(/],
      ['no rule at all', { kind: 'lark', text: '' }, /start/],
      ['a type that is none', { kind: 'json-schema', schema: { type: 'nope' } }, /nope/],
      ['a keyword that is not followed', { kind: 'json-schema', schema: { not: {} } }, /not/],
      [
        'limits that nothing keeps',
        { kind: 'json-schema', schema: { type: 'string', minLength: 3, maxLength: 1 } },
        /minLength/,
      ],
      ['an open group', { kind: 'regex', pattern: '(a' }, /unclosed group/],
      ['lookahead', { kind: 'regex', pattern: '(?=a)b' }, /look-ahead/],
      [
        'brackets beyond measure',
        { kind: 'lark', text: `start: ${'('.repeat(30_000)}"a"${')'.repeat(30_000)}` },
        /nested/,
      ],
      [
        'more keys than are compiled in a moment',
        { kind: 'json-schema', schema: { properties: manyKeys } },
        /keys, more than 2500/,
      ],
      ['more text than is read', { kind: 'lark', text: `start: "${'a'.repeat(510_000)}"` }, /500000/],
    ])('refuses %s with the reason', async (_, grammar, reason) => {
      const grammars = await engine
      expect(() => grammars.constraint(grammar)).toThrow(
        expect.objectContaining({ code: 'model/request', message: expect.stringMatching(reason) }),
      )
      expect(follow(grammars, yesOrNo, 'yes')).toEqual({ read: 3, ends: true })
    })

    test('keeps answers of one grammar apart', async () => {
      const first = await begun(yesOrNo)
      const second = await begun(yesOrNo)
      first.accept('y'.charCodeAt(0))
      second.accept('n'.charCodeAt(0))
      first.free()
      first.free()
      expect(allowed(second)).toEqual(['o'.charCodeAt(0)])
    })

    test('goes on with more grammars than it keeps', async () => {
      const grammars = await engine
      const first = grammars.constraint({ kind: 'regex', pattern: 'xyz' })
      first.accept('x'.charCodeAt(0))
      for (let count = 0; count < 80; count += 1) {
        expect(follow(grammars, { kind: 'regex', pattern: `n${count}` }, `n${count}`).ends).toBe(true)
      }
      first.accept('y'.charCodeAt(0))
      expect(allowed(first)).toEqual(['z'.charCodeAt(0)])
    })
  })
}
