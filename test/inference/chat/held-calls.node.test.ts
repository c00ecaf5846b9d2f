import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/data/json.ts'
import type { Random } from '../../../src/data/random.ts'
import { derive } from '../../../src/data/seeded-random.ts'
import { type AnswerPart, answerReader } from '../../../src/inference/chat/answer-reader.ts'
import { callGrammar } from '../../../src/inference/chat/call-grammar.ts'
import { heldCalls } from '../../../src/inference/chat/held-calls.ts'
import type { TokenConstraint } from '../../../src/inference/token-constraint.ts'
import type { ToolDefinition } from '../../../src/ports/message.ts'
import { schemaChecker } from '../../../src/tools/schema-checker.ts'
import { nanoGrammars } from '../grammar/nano-grammars.ts'
import { randomSchema } from '../grammar/random-schema.ts'
import { randomWalk } from '../grammar/random-walk.ts'

const { tokenizer, engine } = await nanoGrammars()
const { size, bytesOf, endTokens } = tokenizer

const partsOf = (text: string): readonly AnswerPart[] => {
  const reader = answerReader({ thinks: false, tools: true, held: true, callId: String })
  return [...reader.push(text), ...reader.end()]
}

const names = ['weather', 'job_of', 'Wetter für "morgen"', 'a\\b\n', '</tool_call>', '{', 'x']

/** Tools of any shape; keys that they do not name are refused when they are called, whether their schemas say so or not. */
const randomTools = (random: Random): readonly ToolDefinition[] =>
  random.sample(names, random.integer(1, 4)).map(name => {
    const keys = random.sample(['city', 'days', 'a b', 'ü'], random.integer(0, 3))
    const properties: JsonObject = Object.fromEntries(keys.map(key => [key, randomSchema(random, 2)]))
    const required = keys.filter(() => random.integer(0, 1) === 0)
    return { name, parameters: { type: 'object', properties, required } }
  })

const held = (
  tools: readonly ToolDefinition[],
  place: 'start' | 'thought' | 'text' = 'start',
  reads = true,
): TokenConstraint => {
  const grammar = callGrammar(engine, tools, ({ from, reason }) => expect.unreachable(`${from}: ${reason}`))
  if (grammar === undefined) throw new Error('the tools are refused')
  const calls = () => engine.constraint(grammar)
  return heldCalls({ place, bytesOf, endTokens, calls, reads, onLost: reason => expect.unreachable(reason) })
}

const textOf = (tokens: readonly number[]): string =>
  tokens.map(token => new TextDecoder('latin1').decode(bytesOf(token))).join('')

/**
 * Takes tokens that a network has drawn freely: nothing is forced, and no logit is touched, but of tokens that would begin a call
 * and go on in it.
 */
const takeFreely = (constraint: TokenConstraint, tokens: readonly number[]): void => {
  for (const [place, token] of tokens.entries()) {
    const logits = new Float32Array(size).fill(3)
    constraint.prepare()
    constraint.mask(logits)
    const forbidden = [...logits.keys()].filter(one => logits[one] !== 3)
    const written = textOf(tokens.slice(Math.max(0, place - 12), place))
    const begins = forbidden.filter(one => /<tool_call>./s.test(written + textOf([one])))
    expect([forbidden, constraint.forced()]).toEqual([begins, []])
    if (!written.endsWith('<tool_call')) expect(forbidden).toEqual([])
    constraint.accept(token)
    expect(constraint.ended).toBe(false)
  }
}

/** The same constraint, told as if the tokens it has taken were forced: what walks through it reads them too. */
const after = (constraint: TokenConstraint, taken: readonly number[]): TokenConstraint => {
  const first = [...taken]
  return {
    prepare: () => constraint.prepare(),
    mask: logits => constraint.mask(logits),
    accept: token => constraint.accept(token),
    forced: () => [...first.splice(0), ...constraint.forced()],
    get ended() {
      return constraint.ended
    },
    free: () => constraint.free(),
  }
}

const spelled = (text: string): readonly number[] => [...text].flatMap(letter => tokenizer.encode(letter))

const weather: ToolDefinition = {
  name: 'weather',
  parameters: { type: 'object', properties: { city: { enum: ['Seoul', 'Rome'] } }, required: ['city'] },
}

describe('an answer that begins a call', () => {
  test('is calls of the tools that are offered with arguments that fit, whatever a network thinks', () => {
    let several = 0
    const thought = '<think>\nA <tool_call>?</think>\n\n'
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom('', 'Let me look.\n', thought, 'x < y <tool_cal'),
        fc.boolean(),
        fc.boolean(),
        (seed, before, isSpelled, reads) => {
          const tools = randomTools(derive(seed, 'tools'))
          const free = [
            ...tokenizer.encode(before),
            ...(isSpelled ? spelled('<tool_call>') : tokenizer.encode('<tool_call>')),
          ]
          const begin = (): TokenConstraint => {
            const constraint = held(tools, 'start', reads)
            takeFreely(constraint, free)
            return after(constraint, free)
          }
          const walk = { random: derive(seed, 'walk'), patience: free.length + 30 }
          const walker = { constraint: begin, free() {} }
          const { text } = randomWalk(walker, tokenizer, { kind: 'lark', text: '' }, walk)
          const parts = partsOf(text)
          const calls = parts.flatMap(part => (part.type === 'tool-call' ? [part.call] : []))
          const rest = parts.filter(({ type }) => type !== 'tool-call')
          expect(rest.map(part => ('delta' in part ? part.delta : '')).join('')).toBe(
            before === thought ? 'A <tool_call>?' : before.trim(),
          )
          expect(calls.length).toBeGreaterThan(0)
          for (const { name, arguments: given } of calls) {
            const tool = tools.find(one => one.name === name)
            expect([text, tool?.name]).toEqual([text, name])
            const check = schemaChecker(tool?.parameters ?? {}, { unknownKeywords: 'refuse' })
            expect([text, check(JSON.parse(given))]).toEqual([text, undefined])
          }
          if (calls.length > 1) several += 1
        },
      ),
      { numRuns: 40, seed: 94 },
    )
    expect(several).toBeGreaterThan(0)
  })

  test('lets nothing else through', () => {
    const call = (name: string, given: string) => `\n{"name": "${name}", "arguments": ${given}}\n</tool_call>`
    const rome = call('weather', '{"city": "Rome"}')
    const lets = (text: string): boolean => {
      const constraint = held([weather], 'text', false)
      try {
        for (const token of tokenizer.encode(`<tool_call>${text}<|im_end|>`)) constraint.accept(token)
        return constraint.ended
      } catch (error) {
        if (error instanceof RangeError) return false
        throw error
      } finally {
        constraint.free()
      }
    }
    for (const text of [rome, `${rome}\n<tool_call>${rome}`, `${rome}\n<tool_call>${rome}\n<tool_call>${rome}`]) {
      expect([text, lets(text)]).toEqual([text, true])
    }
    for (const text of [
      call('weathers', '{"city": "Rome"}'),
      call('order_food', '{"food": "rice"}'),
      call('weather', '{"city": "Oslo"}'),
      call('weather', '{}'),
      call('weather', '{"city": "Rome", "days": 2}'),
      call('weather', '"Rome"'),
      rome.slice(1),
      rome.slice(0, -1),
      `${rome} Done.`,
      `${rome}<tool_call>${rome}`,
      `${rome}\n<tool_call>`,
      '',
    ]) {
      expect([text, lets(text)]).toEqual([text, false])
    }
  })

  test('reads what must come, where nothing is drawn by dice', () => {
    const [reading, drawing] = [held([weather]), held([weather], 'start', false)]
    for (const constraint of [reading, drawing]) takeFreely(constraint, tokenizer.encode('Well. '))
    for (const constraint of [reading, drawing])
      for (const token of tokenizer.encode('<tool_call>')) constraint.accept(token)
    const read = reading.forced().map(token => new TextDecoder().decode(bytesOf(token)))
    expect('\n{"name": "weather", "arguments": {"city": "'.startsWith(read.join(''))).toBe(true)
    expect(read.length).toBeGreaterThan(8)
    expect(drawing.forced()).toEqual([])
    for (const constraint of [reading, drawing]) constraint.free()
  })
})

describe('an answer without calls', () => {
  test('is never touched, whatever it says', () => {
    const others = fc
      .integer({ min: 0, max: size - 1 })
      .filter(token => !endTokens.has(token) && !tokenizer.encode('<tool_call>').includes(token))
    const pieces = fc
      .constantFrom('<tool_call', '<tool_call >', '<think>', '</think>', '</tool_call>', ' <', '<tool_')
      .map(spelled)
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            others.map(token => [token]),
            pieces,
          ),
          { maxLength: 12 },
        ),
        texts => {
          // A space ends what may be the beginning of the tag.
          const tokens = texts.flatMap(text => [...text, ...tokenizer.encode(' ')])
          const constraint = held([weather])
          takeFreely(constraint, tokens)
          const [end = -1] = endTokens
          constraint.accept(end)
          expect(constraint.ended).toBe(true)
          constraint.free()
        },
      ),
      { numRuns: 60, seed: 94 },
    )
  })

  test('may speak of calls in a thought', () => {
    for (const place of ['start', 'thought'] as const) {
      const constraint = held([weather], place)
      const thought = `${place === 'start' ? ' \n<think>' : ''}So <tool_call>\n{"name": "none"}\n</tool_call>.</think>`
      takeFreely(constraint, tokenizer.encode(`${thought}\n\nNow `))
      constraint.accept(tokenizer.encode('<tool_call>')[0] ?? -1)
      expect(constraint.forced().length).toBeGreaterThan(0)
      constraint.free()
    }
  })
})
