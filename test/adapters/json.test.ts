import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { json } from '../../src/adapters/json.ts'
import { PredictionError } from '../../src/errors/prediction-error.ts'
import { signature } from '../../src/signature/create.ts'
import type { FieldOptions } from '../../src/signature/field-definition.ts'
import { describeAdapter } from '../contracts/adapter-contract.ts'

describeAdapter({ adapter: json, answer: (_, values) => JSON.stringify(values) })

const read = (source: string, text: string): Record<string, unknown> =>
  json.parse(signature(source), { text, finishReason: 'stop' })

describe('the JSON prompt', () => {
  const call = {
    signature: signature("text -> label: 'a' | 'b', why"),
    demos: [{ text: 't', label: 'a', why: 'w' }],
    input: { text: 'u' },
  }

  test('shows the shape of the object and gives demos as JSON', () => {
    const { messages, responseSchema } = json.format(call)
    expect(messages[0]?.content).toContain('{\n  "label": {label},\n  "why": {why}\n}')
    expect(messages[2]).toEqual({ role: 'assistant', content: '{\n  "label": "a",\n  "why": "w"\n}' })
    expect(messages[3]?.content).toBe('[[ ## text ## ]]\nu\n\nAnswer with a JSON object of `label`, `why`.')
    expect(responseSchema).toBeUndefined()
  })

  test('gives the schema of the outputs to a model that obeys one', () => {
    expect(json.format({ ...call, capabilities: { responseSchema: true } }).responseSchema).toMatchObject({
      schema: { type: 'object', required: ['label', 'why'], additionalProperties: false },
    })
  })
})

describe('reading a JSON answer', () => {
  test('takes null for what may be left out, as the schema of the outputs has it', () => {
    const of = signature({ inputs: {}, outputs: { count: { type: 'int', optional: true }, why: 'string' } })
    expect(json.parse(of, { text: '{"count": null, "why": "w"}', finishReason: 'stop' })).toEqual({
      count: null,
      why: 'w',
    })
    expect(() => json.parse(of, { text: '{"count": 1, "why": null}', finishReason: 'stop' })).toThrow(PredictionError)
  })

  test.each([
    ['{"answer": "x"}', 'x'],
    ['```json\n{"answer": "x"}\n```', 'x'],
    ['Here: {"answer": "x"} as asked', 'x'],
    ['Text {not json} then {"answer": "x"}', 'x'],
    ['<think>{"answer": "draft"}</think>{"answer": "x"}', 'x'],
    ["{answer: 'x',}", 'x'],
    ['{"answer": "a \\"quoted\\" word"}', 'a "quoted" word'],
    ['{"answer": 5}', '5'],
  ])('%j is read as %j', (text, answer) => {
    expect(read('question -> answer', text)).toEqual({ answer })
  })

  test('a null is no text', () => {
    expect(() => read('question -> answer', '{"answer": null}')).toThrowError(
      expect.objectContaining({ code: 'prediction/invalid' }),
    )
  })

  test('a Standard Schema says what fits and what it becomes', () => {
    const typed = signature({
      inputs: { text: 'string' },
      outputs: { person: z.object({ name: z.string(), age: z.coerce.number() }) },
    })
    const answer = (text: string) => json.parse(typed, { text, finishReason: 'stop' })
    expect(answer('{"person": {"name": "Ann", "age": "3"}}')).toEqual({ person: { name: 'Ann', age: 3 } })
    expect(() => answer('{"person": {"age": 3}}')).toThrowError(
      expect.objectContaining({
        issues: [{ field: 'person', problem: `'name': expected what follows {"type":"string"}, got nothing` }],
      }),
    )
  })

  describe('an error does not quote the answer, whatever the vendor of the schema says; the question after it does', () => {
    const refused = (type: FieldOptions, text: string) => {
      const typed = signature({ inputs: { text: 'string' }, outputs: { found: type } })
      try {
        json.parse(typed, { text, finishReason: 'stop' })
      } catch (error) {
        if (!(error instanceof PredictionError)) throw error
        const [, question] = json.reask(typed, text, error.issues)
        return { error, problem: error.issues[0]?.problem, asked: String(question?.content) }
      }
      throw new Error('Expected the answer to be refused.')
    }
    const jsonSchema = { type: 'object', properties: { name: { type: 'string', enum: ['Ann', 'Bea'] } } }

    test.each<[string, FieldOptions, string, string]>([
      [
        'valibot, which quotes what it got',
        { type: v.object({ name: v.picklist(['Ann', 'Bea']) }), jsonSchema },
        '{"found": {"name": "Secret"}}',
        `'name': expected what follows {"type":"string","enum":["Ann","Bea"]}, got string`,
      ],
      [
        'a refinement of your own',
        { type: z.object({ list: z.array(z.string().refine(() => false, { error: one => `not ${one.input}` })) }) },
        '{"found": {"list": ["Secret"]}}',
        `'list.0': expected what follows {"type":"string"}, got string`,
      ],
      [
        'a key of the answer in the path',
        { type: z.record(z.string(), z.object({ age: z.number({ error: 'not Secret' }) })) },
        '{"found": {"Secret": {"age": "x"}}}',
        `'*.age': expected what follows {"type":"number"}, got string`,
      ],
      [
        'a schema inside of a union',
        { type: z.union([z.object({ kind: z.literal('a', { error: 'not Secret' }) })]) },
        '{"found": {"kind": "Secret"}}',
        `'kind': expected what follows {"type":"string","const":"a"}, got string`,
      ],
      [
        'a schema that says little',
        {
          type: v.pipe(
            v.string(),
            v.check(() => false, 'not Secret'),
          ),
          jsonSchema: {},
        },
        '{"found": "Secret"}',
        'expected what its schema accepts, got string',
      ],
    ])('%s', (_, type, text, problem) => {
      const { error, asked, ...told } = refused(type, text)
      expect(told.problem).toBe(problem)
      expect(`${error.message} ${JSON.stringify(error)} ${error.stack}`).not.toContain('Secret')
      expect(asked).toContain('Secret')
    })
  })

  test('a field streams as its text, without quotes and escapes, while other values come as they are written', () => {
    const parser = json.parser(signature('question -> answer, list: list[int]'))
    const told = [...'{"answer": "l\\u00e9\\n1", "list": [1, 2], "other": "x"}'].flatMap(character =>
      parser.push(character),
    )
    const joined = (field: string): string =>
      told
        .filter(one => one.field === field)
        .map(one => one.delta)
        .join('')
    expect([joined('answer'), joined('list'), joined('other')]).toEqual(['lé\n1', '[1, 2]', ''])
  })
})

/** What a reader of the stream has put together, from an answer that came in pieces of these sizes. */
const streamed = (source: string, text: string, sizes: readonly number[]): Record<string, string> => {
  const parser = json.parser(signature(source))
  const told: Record<string, string> = {}
  const add = (deltas: ReturnType<typeof parser.push>): void => {
    for (const { field, delta } of deltas) told[field] = (told[field] ?? '') + delta
  }
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    add(parser.push(text.slice(at, at + size)))
    at += size
  }
  add(parser.end())
  return told
}

const twoTexts = 'question -> answer, why'

describe('a JSON answer that streams', () => {
  test.each([
    ['a draft in a thought', '<think>{"answer": "draft"}</think>{"answer": "a", "why": "w"}'],
    ['a thought, then a fence', '<think>Hm.</think>\n```json\n{"answer": "a", "why": "w"}\n```'],
    ['a draft among words', 'First {"answer": "draft", "why": "no"}, rather {"answer": "a", "why": "w"}'],
    ['an object of other fields first', '{"plan": "think"}\n{"answer": "a", "why": "w"}'],
    ['words after it that have braces', '{"answer": "a", "why": "w"} {"answer": "b", "why": "v"}'],
    ['a key twice', '{"answer": "a", "answer": "b", "why": "w"}'],
    ['JSON in a text field', '{"answer": {"x":  1.0}, "why": [ 1,2 ]}'],
    ['quotes that were not escaped', '{"answer": "he said "no" twice", "why": "w"}'],
    ['a closing quote that was forgotten', '{"answer": "a, "why": "w"}'],
    ['keys without quotes', "{answer: 'a', why: 'w',}"],
    ['an answer that was not closed', '{"answer": "a", "why": "because of'],
    ['a word of Python', '{"note": None, "answer": "a", "why": "w"}'],
    ['an escape that is none', '{"answer": "\\d\\u00zz", "why": "w"}'],
    ['an astral character in two escapes', '{"answer": "\\ud83d\\ude00", "why": "\\ud83d"}'],
    ['line breaks in a text', '{"answer": "one,\ntwo\n", "why": " w "}'],
    ['a fence on the line of the object', '```{"answer": "a", "why": "w"}```'],
  ])('is told as it is read: %s', (_, text) => {
    const prediction = read(twoTexts, text)
    for (const sizes of [[1], [2, 7], [5], [text.length]]) {
      expect(streamed(twoTexts, text, sizes)).toEqual(prediction)
    }
  })

  test('is told as it is read, whatever stands around it and however it is broken', () => {
    const word = fc.constantFrom(
      ...[
        'a',
        'é',
        '\ud83d\ude00',
        ' ',
        ', ',
        ',',
        '"',
        '\\"',
        '\\',
        '{',
        '}',
        ':',
        '\n',
        '```',
        '<think>',
        '</think>',
      ],
      ...[
        '"answer"',
        '"why"',
        '"answer": "x"',
        '"why": "y"',
        '{"answer": "x", "why": "y"}',
        'null',
        '1',
        "'",
        '[',
        ']',
      ],
    )
    const text = fc.array(word, { maxLength: 12 }).map(words => words.join(''))
    const answer = fc
      .tuple(text, text, text, text)
      .map(([before, first, second, after]) => `${before}{"answer": "${first}", "why": "${second}"}${after}`)
    fc.assert(
      fc.property(answer, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (said, sizes) => {
        let prediction: Record<string, unknown>
        try {
          prediction = read(twoTexts, said)
        } catch (error) {
          expect(error).toMatchObject({ name: 'PredictionError' })
          return
        }
        // A text that is empty is told by no piece.
        expect({ answer: '', why: '', ...streamed(twoTexts, said, sizes) }).toEqual(prediction)
      }),
      { numRuns: 2_000 },
    )
  })

  test('tells a text while it arrives, after a thought and a fence too', () => {
    const parser = json.parser(signature(twoTexts))
    for (const before of ['<think>Hm {', '}</think>', '```', 'json\n', '{"answ'])
      expect(parser.push(before)).toEqual([])
    expect(parser.push('er": "one, two, ')).toEqual([{ field: 'answer', delta: 'one, two' }])
    expect(parser.push('three')).toEqual([{ field: 'answer', delta: ', three' }])
  })

  test('reads long answers in small pieces in linear time', () => {
    for (const unit of [' ', ',', 'word, ', '\\n', '"', '{', '<think>']) {
      for (const before of ['', '<think>', '```\n', '```json\n{', '{"answer": "', '{"answer": ']) {
        const started = performance.now()
        streamed(twoTexts, before + unit.repeat(60_000 / unit.length), [1])
        expect(performance.now() - started).toBeLessThan(20_000) // minutes, if each piece read all that came before
      }
    }
  })
})
