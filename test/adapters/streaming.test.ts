import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { compact } from '../../src/adapters/compact.ts'
import { json } from '../../src/adapters/json.ts'
import { xml } from '../../src/adapters/xml.ts'
import { noUsage } from '../../src/data/usage.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { Adapter } from '../../src/ports/adapter.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import type { AnyModule } from '../../src/ports/module.ts'
import { signature } from '../../src/signature/create.ts'
import type { Signature } from '../../src/signature/signature.ts'
import { chatAnswers, jsonAnswers, type StreamedAnswer, xmlAnswers } from './streamed-answers.ts'

type Fields = Readonly<Record<string, unknown>>

/** A model whose answer comes in these pieces. */
const inPieces = (pieces: readonly string[]): LanguageModel => ({
  id: 'pieces',
  generate: () => Promise.reject(new Error('expected a stream')),
  async *stream() {
    for (const delta of pieces) yield { type: 'text', index: 0, delta }
    yield { type: 'usage', usage: noUsage }
    yield { type: 'finish', index: 0, reason: 'stop' }
  },
})

const cutAt = (text: string, places: readonly number[]): readonly string[] => {
  const ends = [...new Set(places)].filter(place => place > 0 && place < text.length).toSorted((a, b) => a - b)
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

const joined = (deltas: readonly { readonly field: string; readonly delta: string }[]): Record<string, string> => {
  const told: Record<string, string> = {}
  for (const { field, delta } of deltas) told[field] = (told[field] ?? '') + delta
  return told
}

const parsedIn = (adapter: Adapter, source: Signature, pieces: readonly string[]): Record<string, string> => {
  const parser = adapter.parser(source)
  const deltas = pieces.flatMap(piece => parser.push(piece))
  return joined([...deltas, ...parser.end()])
}

/** What a reader of the stream gets: the text of each field, and the prediction. */
const streamed = async (module: AnyModule, adapter: Adapter, pieces: readonly string[]): Promise<[Fields, unknown]> => {
  const deltas: { field: string; delta: string }[] = []
  for await (const event of module.stream({ question: 'q' } as never, { model: inPieces(pieces), adapter })) {
    if (event.type === 'field') deltas.push(event)
    if (event.type === 'reset') throw new Error('nothing started over')
    if (event.type === 'prediction') return [joined(deltas), event.prediction]
  }
  throw new Error('expected a prediction')
}

const answers: readonly (readonly [Adapter, readonly StreamedAnswer[]])[] = [
  [chat, chatAnswers],
  [json, jsonAnswers],
  [compact, jsonAnswers],
  [xml, xmlAnswers],
]

describe.each(answers)('a stream of $name', (adapter, all) => {
  test('there are 20 answers, and each is read', () => {
    expect(all).toHaveLength(20)
    for (const { text, signature: source } of all) adapter.parse(signature(source), { text, finishReason: 'stop' })
  })

  describe.each(all)('$text', ({ text, signature: written, last }) => {
    const source = signature(written)
    const whole = adapter.parse(source, { text, finishReason: 'stop' })
    const told = parsedIn(adapter, source, [text])
    const module: AnyModule = predict(written as 'question -> first')
    const composed: AnyModule = program(
      written as 'question -> first',
      { asked: predict(written as 'question -> first') },
      (input, { asked }) => asked(input),
    )

    test('tells the text of each field, however it is cut in two', () => {
      for (const { name, type } of source.outputs) {
        if (type.kind === 'string' && whole[name] !== '') expect(told[name]).toBe(whole[name])
      }
      for (let at = 0; at <= text.length; at += 1) {
        expect(parsedIn(adapter, source, [text.slice(0, at), text.slice(at)])).toEqual(told)
      }
      expect(parsedIn(adapter, source, [...text])).toEqual(told)
      expect(
        parsedIn(
          adapter,
          source,
          cutAt(
            text,
            Array.from(text, (_, at) => at),
          ),
        ),
      ).toEqual(told)
    })

    test('ends in the same prediction, however it is cut in two', async () => {
      for (let at = 1; at <= text.length; at += 1) {
        expect(await streamed(module, adapter, cutAt(text, [at]))).toEqual([told, whole])
      }
    })

    test('and so it does through a program, however it is cut in many', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 12 }), async places => {
          expect(await streamed(composed, adapter, cutAt(text, places))).toEqual([told, whole])
        }),
        { numRuns: 25 },
      )
    })

    if (last === undefined) return

    test('tells the beginning of the first field before the last one exists', () => {
      const until = text.indexOf(last)
      expect(until).toBeGreaterThan(0)
      const deltas = adapter.parser(source).push(text.slice(0, until))
      expect(deltas.map(({ delta }) => delta).join('')).not.toBe('')
    })
  })
})
