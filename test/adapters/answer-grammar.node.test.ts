import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { answerGrammars, chat, compact, frozen, json, xml } from '../../src/adapters/index.ts'
import { derive } from '../../src/data/seeded-random.ts'
import { linearPattern, type Signature, signature } from '../../src/index.ts'
import { letsThrough } from '../inference/grammar/lets-through.ts'
import { nanoGrammars } from '../inference/grammar/nano-grammars.ts'
import { randomWalk } from '../inference/grammar/random-walk.ts'
import { frozenExample, frozenState } from './frozen-example.ts'
import { signatures } from './random-signatures.ts'

const { tokenizer, engine } = await nanoGrammars()

const grammarOf = (adapter: typeof chat, of: Signature, input: Record<string, string> = { q: '?' }) =>
  adapter.format({ signature: of, demos: [], input, capabilities: { grammar: true, answerGrammars } }).grammar

/** The closing tag of the element under way; it stands on a line of its own where its text began on one. */
const closingTag = (written: string): string => {
  const open: string[] = []
  for (const [, close, name = ''] of written.matchAll(/<(\/?)([\w.:-]+)(?: key="[^"]*")?>/g)) {
    if (close === '/' && name === open.at(-1)) open.pop()
    else if (close === '' && (/^field\d$/.test(name) ? open.length === 0 : open.length > 0)) open.push(name)
  }
  const name = open.at(-1)
  return name === undefined ? '' : `${open.length === 1 && written.includes(`<${name}>\n`) ? '\n' : ''}</${name}>`
}

describe.each([chat, json, compact, xml])('the grammar of $name', adapter => {
  test('lets nothing through that its own reading refuses', () => {
    fc.assert(
      fc.property(signatures, fc.nat(), (of, seed) => {
        const text = grammarOf(adapter, of)
        expect(text).toBeDefined()
        const answer = randomWalk(
          engine,
          tokenizer,
          { kind: 'lark', text: text ?? '' },
          {
            ...{ random: derive(seed, 'walk'), patience: 20, forced: seed % 2 === 0 },
            ...(adapter === xml && { ending: closingTag }),
          },
        )
        expect(Object.keys(adapter.parse(of, { text: answer.text, finishReason: 'stop' }))).toEqual(
          of.outputs.map(({ name }) => name),
        )
      }),
      { numRuns: 60 },
    )
  })
})

const sorted = signature("text -> label: 'billing' | 'technical' | 'other question', urgent: bool")

/** The answer whose free choices are made by `choose`, and its tokens. */
const written = (grammar: string, wanted: string): { readonly tokens: number[]; readonly drawn: number } => {
  const constraint = engine.constraint({ kind: 'lark', text: grammar })
  const tokens: number[] = []
  let drawn = 0
  while (!constraint.ended) {
    tokens.push(...constraint.forced())
    if (constraint.ended) break
    // What the tokenizer would write next, were the rest of the answer known.
    const next = tokenizer.encode(wanted.slice(tokenizer.decode(tokens).length))[0] ?? -1
    constraint.accept(next)
    tokens.push(next)
    drawn += 1
  }
  constraint.free()
  return { tokens, drawn }
}

test.each([
  [chat, 'billing', '[[ ## label ## ]]\nbilling\n\n[[ ## urgent ## ]]\ntrue\n\n[[ ## completed ## ]]'],
  [chat, 'other', '[[ ## label ## ]]\nother question\n\n[[ ## urgent ## ]]\nfalse\n\n[[ ## completed ## ]]'],
  [json, 'technical', '{\n  "label": "technical",\n  "urgent": true\n}'],
])('what %o forces is written as the tokenizer writes the whole answer: %s', (adapter, _, answer) => {
  const { tokens, drawn } = written(grammarOf(adapter, sorted, { text: '?' }) ?? '', answer)
  expect(tokenizer.decode(tokens)).toBe(answer)
  expect(tokens).toEqual(tokenizer.encode(answer))
  expect(drawn).toBeLessThan(tokens.length / 3)
})

test('text holds what looks like brackets, and no marker', () => {
  const free = signature('text -> note, more')
  const grammar = { kind: 'lark', text: grammarOf(chat, free, { text: '?' }) ?? '' } as const
  const reads = (note: string): boolean => {
    const answer = `[[ ## note ## ]]\n${note}\n\n[[ ## more ## ]]\nm\n\n[[ ## completed ## ]]`
    return letsThrough(engine, tokenizer, grammar, answer)
  }
  for (const note of [
    '',
    'a [[1, 2], [3]] b',
    '[x] # [[ # ##',
    '# [[y]] ##\n\n[z',
    'one\n\ntwo',
    '[[[ [[a',
    '```\n[[]]\n```',
  ]) {
    expect([note, reads(note)]).toEqual([note, true])
  }
  for (const note of [
    '[[ ## more ## ]]',
    'a [[## b',
    'a\n[[ ## completed ## ]] b',
    '[[[ ##',
    '[[#[[ ## x',
    '[[ [[\t##',
  ]) {
    expect([note, reads(note)]).toEqual([note, false])
  }
})

test('text between tags holds other tags, and none of its own', () => {
  const free = signature('text -> note, more')
  const grammar = { kind: 'lark', text: grammarOf(xml, free, { text: '?' }) ?? '' } as const
  const reads = (note: string): boolean =>
    letsThrough(engine, tokenizer, grammar, `<note>\n${note}\n</note>\n\n<more>\nm\n</more>`)
  for (const note of ['', 'a < b && c > d', 'List<string>', '<a href="x">y</a>', '</more> <more>', 'one\n\ntwo <']) {
    expect([note, reads(note)]).toEqual([note, true])
  }
  for (const note of ['<note>', 'a </note> b', '<!-- a', '<![CDATA[x', '<b c="', "<b c='d' e = '"]) {
    expect([note, reads(note)]).toEqual([note, false])
  }
})

test('there is none where elements could be taken for one another', () => {
  const both = z.union([z.object({ a: z.string() }), z.object({ a: z.number() })])
  for (const type of [both, 'dict[str, list[int]]', 'list[int] | list[str]'] as const) {
    const of = signature({ inputs: { q: 'string' }, outputs: { found: { type } } })
    expect([grammarOf(xml, of), typeof grammarOf(json, of)]).toEqual([undefined, 'string'])
  }
})

test('frozen prompts of DSPy have that of the format in which they are read', () => {
  const input = { question: '?' }
  const of = signature('question: str, weights: list[float] -> answer: str, score: float')
  for (const adapter of [chat, json, xml]) {
    const { name } = adapter
    const held = frozen.forState?.(frozenState({}, { ...frozenExample, parser: name }))
    const call = { signature: of, demos: [], input, capabilities: { grammar: true, answerGrammars } }
    expect(held?.format(call).grammar).toBe(grammarOf(adapter, of, input))
  }
})

test('there is none where the type says more than a grammar follows', () => {
  const hard = signature({
    inputs: {},
    outputs: { mail: { constraints: { pattern: linearPattern('^[^@ ]+@[^@ ]+$') } } },
  })
  expect([chat, json].map(adapter => grammarOf(adapter, hard, {}))).toEqual([undefined, undefined])
  expect(grammarOf(chat, signature('text -> image: Image'), { text: '?' })).toBeUndefined()
})

test('a model that does not obey grammars, or brings none, is asked as ever', () => {
  const call = { signature: sorted, demos: [], input: { text: '?' } }
  for (const adapter of [chat, json, compact]) {
    const plain = adapter.format(call)
    expect(plain.grammar).toBeUndefined()
    expect(adapter.format({ ...call, capabilities: { grammar: true } })).toEqual(plain)
    expect(adapter.format({ ...call, capabilities: { answerGrammars } })).toEqual(plain)
    const { grammar, ...held } = adapter.format({ ...call, capabilities: { grammar: true, answerGrammars } })
    expect(held).toEqual(plain)
    expect(grammar).toContain('billing')
  }
})
