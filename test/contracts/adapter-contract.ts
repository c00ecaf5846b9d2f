import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/ports/adapter.ts'
import type { Completion } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import type { Signature } from '../../src/signature/signature.ts'

export interface AdapterUnderTest {
  readonly adapter: Adapter
  /** An answer as a well-behaved model writes it. */
  readonly answer: (signature: Signature, values: Readonly<Record<string, unknown>>) => string
}

const reply = signature("question -> reasoning, label: 'yes' | 'no', score: float")

const completion = (text: string): Completion => ({ text, finishReason: 'stop' })

/** Text a model could write in a field: no marker, no blank at its ends. */
const fieldText = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .map(text => text.trim())
  .filter(text => text !== '' && !text.includes('[[') && !text.includes('```') && !text.startsWith('<'))

/** The numbered contract of `src/ports/adapter.ts`. */
export const describeAdapter = ({ adapter, answer }: AdapterUnderTest): void => {
  describe(`the adapter ${adapter.name} keeps its contract`, () => {
    test('1. format gives the same messages for the same call and leaves the call alone', () => {
      const call = {
        signature: reply,
        demos: [{ question: 'a', reasoning: 'b', label: 'yes', score: 1 }],
        input: { question: 'c' },
      }
      const before = structuredClone(call)
      expect(adapter.format(call)).toEqual(adapter.format(call))
      expect(call).toEqual(before)
    })

    test('2. text of fields and demos stands in the messages as it is', () => {
      fc.assert(
        fc.property(fieldText, fieldText, (question, reasoning) => {
          const demo = { question: reasoning, reasoning: question, label: 'no', score: 0 }
          const { messages } = adapter.format({ signature: reply, demos: [demo], input: { question } })
          const users = messages.filter(message => message.role === 'user').map(textOf)
          expect(users[0]).toContain(reasoning)
          expect(users.at(-1)).toContain(question)
        }),
      )
    })

    test('3. parse gives back what a well-behaved model wrote, by type', () => {
      fc.assert(
        fc.property(
          fieldText,
          fc.constantFrom('yes', 'no'),
          fc.integer({ min: -999, max: 999 }),
          (reasoning, label, hundredths) => {
            const values = { reasoning, label, score: hundredths / 100 }
            expect(adapter.parse(reply, completion(answer(reply, values)))).toEqual(values)
          },
        ),
      )
    })

    test('3. an answer without a field is refused with an issue for that field', () => {
      expect(() => adapter.parse(reply, completion('I would rather not.'))).toThrowError(
        expect.objectContaining({
          code: 'prediction/unparsable',
          issues: ['reasoning', 'label', 'score'].map(field => expect.objectContaining({ field })),
        }),
      )
    })

    test('3. a field of the wrong type is refused, and the message does not repeat the value', () => {
      const text = answer(reply, { reasoning: 'r', label: 'secret-value', score: 1 })
      const refused = expect.objectContaining({
        code: 'prediction/invalid',
        issues: [{ field: 'label', problem: expect.stringContaining("'yes' | 'no'") }],
      })
      expect(() => adapter.parse(reply, completion(text))).toThrowError(refused)
      expect(() => adapter.parse(reply, completion(text))).not.toThrowError(/secret-value/)
    })

    test('4. the deltas of a field, put together, are the text that parse reads, however the answer is cut', () => {
      fc.assert(
        fc.property(fieldText, fieldText, fc.array(fc.nat(12), { minLength: 1 }), (first, second, sizes) => {
          const pair = signature('question -> first, second')
          const text = answer(pair, { first, second })
          const parser = adapter.parser(pair)
          const told: Record<string, string> = {}
          let at = 0
          for (let turn = 0; at < text.length; turn += 1) {
            const size = 1 + (sizes[turn % sizes.length] ?? 0)
            for (const { field, delta } of parser.push(text.slice(at, at + size)))
              told[field] = (told[field] ?? '') + delta
            at += size
          }
          for (const { field, delta } of parser.end()) told[field] = (told[field] ?? '') + delta
          expect(told).toEqual(adapter.parse(pair, completion(text)))
        }),
      )
    })

    test('4. a field is told before the answer is complete', () => {
      const pair = signature('question -> first, second')
      const text = answer(pair, { first: 'a long beginning', second: 'rest' })
      const half = text.slice(0, text.indexOf('rest'))
      expect(
        adapter
          .parser(pair)
          .push(half)
          .map(({ delta }) => delta)
          .join(''),
      ).toContain('a long beginning')
    })

    test('3. parse throws nothing but PredictionError, whatever a model writes', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
          try {
            adapter.parse(reply, completion(text))
          } catch (error) {
            expect(error).toMatchObject({ name: 'PredictionError' })
          }
        }),
      )
    })

    test('3. keys that reach a prototype change nothing', () => {
      const record = signature('question -> data: dict[str, string]')
      const text = answer(record, { data: 'DATA' })
        .replace('"DATA"', 'DATA')
        .replace('DATA', '{"__proto__": {"polluted": "yes"}}')
      expect(() => adapter.parse(record, completion(text))).toThrowError(
        expect.objectContaining({ code: expect.stringMatching(/^prediction/) }),
      )
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    })

    test('5. reading takes time linear in the length of the answer', () => {
      for (const unit of [
        '[[ ## ',
        '[',
        '{',
        '{"a":',
        '```\n',
        '\n\n',
        '"',
        '\\"',
        '<think>',
        '[[ ## completed ## ]] ',
        '(',
        '**',
        '<',
        '</',
        '&#',
        '<reasoning>',
        '<reasoning a="',
        '<a>',
        '<!--',
        '<![CDATA[',
      ]) {
        const text = unit.repeat(Math.ceil(200_000 / unit.length))
        expect(() => adapter.parse(reply, completion(text))).toThrowError(
          expect.objectContaining({ name: 'PredictionError' }),
        )
      }
    })

    test('the question after an answer that could not be read names every problem', () => {
      const messages = adapter.reask(reply, 'nonsense', [{ field: 'label', problem: 'expected yes or no' }])
      expect(messages).toMatchObject([
        { role: 'assistant', content: 'nonsense' },
        { role: 'user', content: expect.stringContaining('- label: expected yes or no') },
      ])
    })
  })
}
