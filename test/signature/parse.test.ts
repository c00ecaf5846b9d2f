import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SignatureError } from '../../src/errors/signature-error.ts'
import type { FieldType } from '../../src/signature/field-type.ts'
import { parseFields, parseType } from '../../src/signature/parse.ts'

const text: FieldType = { kind: 'string' }
const integer: FieldType = { kind: 'integer' }
const nothing: FieldType = { kind: 'null' }
const json: FieldType = { kind: 'json' }

describe('parseFields', () => {
  test('reads names as text fields, inputs before the arrow and outputs behind it', () => {
    expect(parseFields('context, question -> answer')).toEqual({
      inputs: [
        { name: 'context', type: text, optional: false },
        { name: 'question', type: text, optional: false },
      ],
      outputs: [{ name: 'answer', type: text, optional: false }],
    })
  })

  test('lets blanks and line breaks stand anywhere, and a comma at the end of a side', () => {
    expect(parseFields('\n  a : int ,\n b,\n->\n\tc ?: str ,\n')).toEqual(parseFields('a:int,b->c?:str'))
  })

  test('reads a question mark as optional and an equals sign as what an absent field reads as', () => {
    const { inputs, outputs } = parseFields("a?, b?: int -> c: str = 'none', d = 3")
    expect(inputs.map(field => field.optional)).toEqual([true, true])
    expect(outputs.map(field => field.default)).toEqual(['none', 3])
  })

  test('takes empty sides', () => {
    expect(parseFields('->')).toEqual({ inputs: [], outputs: [] })
  })

  test('takes names in any script', () => {
    expect(parseFields('numéro -> 答え').outputs[0]?.name).toBe('答え')
  })

  test.each([
    ['question, answer', 'signature/parse', 16, "'->'"],
    ['', 'signature/parse', 0, 'the name of a field'],
    ['a -> b -> c', 'signature/parse', 7, "only one '->'"],
    ['a b -> c', 'signature/parse', 2, "',' or '->'"],
    ['a -> b c', 'signature/parse', 7, "',' or the end"],
    ['a, , b -> c', 'signature/parse', 3, 'the name of a field'],
    ['a: int: str -> b', 'signature/parse', 6, "'->'"],
    ['a -> b: list[', 'signature/parse', 13, 'a type'],
    ['a -> b: list[int', 'signature/parse', 16, "']'"],
    ["a -> b: 'x", 'signature/parse', 8, "a closing '"],
    ['a -> b = c', 'signature/parse', 9, 'a literal'],
    ['a -> b: Optional[int, str]', 'signature/parse', 22, "']'"],
    ['a -> b: dict[str]', 'signature/parse', 16, "','"],
    ['a -> b: dict[list[str], int]', 'signature/parse', 13, 'a key type that JSON can hold'],
    ['a; b -> c', 'signature/parse', 1, 'a name, a type or a sign of the grammar'],
    ['a -> __proto__', 'signature/parse', 5, 'a field name that is safe as a key'],
    ['constructor -> b', 'signature/parse', 0, 'a field name that is safe as a key'],
    ['a -> b: foo', 'signature/unknown-type', 8, 'a field type'],
    ['a -> b: dspy.Foo', 'signature/unknown-type', 8, 'a field type'],
    ['a -> b, a', 'signature/duplicate-field', 8, 'a name that no other field has'],
    ['a -> b, b', 'signature/duplicate-field', 8, 'a name that no other field has'],
  ])('refuses %j and says where and what belongs there', (source, code, offset, expected) => {
    expect(() => parseFields(source)).toThrow(
      expect.objectContaining({ code, source, offset, expected: expect.stringContaining(expected) }),
    )
  })

  test('says what to write', () => {
    expect(() => parseFields('question answer')).toThrow(
      "Expected ',' or '->' in signature 'question answer' (offset 9). Write 'question -> answer'.",
    )
    expect(() => parseFields('a -> b: strng')).toThrow("Write 'string'.")
    expect(() => parseFields('a -> b: Imag')).toThrow("Write 'Image'.")
    expect(() => parseFields('a -> b: dspy.Imag')).toThrow("Write 'Image'.")
  })

  test('throws nothing but SignatureError, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...'-> -> , , : : ? = | [ ] ( ) < > . \' " a b int list Literal dict None 1 \\ \n é 😀'.split(' '),
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 40 }).map(parts => parts.join('')),
      fc.array(pieces, { maxLength: 40 }).map(parts => parts.join(' ')),
    )
    fc.assert(
      fc.property(texts, source => {
        try {
          parseFields(source)
        } catch (error) {
          expect(error).toBeInstanceOf(SignatureError)
          expect((error as SignatureError).offset).toBeLessThanOrEqual(source.length)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('refuses types nested beyond reason instead of exhausting the stack', () => {
    for (const [open, close] of [
      ['list[', ']'],
      ['(', ')'],
      ['[', ']'],
      ['', '[]'],
    ] as const) {
      const nested = `a -> b: ${open.repeat(50_000)}int${close.repeat(50_000)}`
      expect(() => parseFields(nested)).toThrow(expect.objectContaining({ code: 'signature/parse' }))
    }
  })

  test('reads a hundred thousand fields in linear time', () => {
    const side = (letter: string): string =>
      Array.from({ length: 50_000 }, (_, at) => `${letter}${at}: list[str]`).join(', ')
    expect(parseFields(`${side('a')} -> ${side('b')}`).outputs).toHaveLength(50_000)
  })
})

describe('parseType', () => {
  test.each<[string, FieldType]>([
    ['str', text],
    ['string', text],
    ['int', integer],
    ['float', { kind: 'number' }],
    ['number', { kind: 'number' }],
    ['bool', { kind: 'boolean' }],
    ['boolean', { kind: 'boolean' }],
    ['None', nothing],
    ['null', nothing],
    ['NoneType', nothing],
    ['bytes', { kind: 'bytes' }],
    ['json', json],
    ['Any', json],
    ['any', json],
    ['list', { kind: 'list', items: json }],
    ['dict', { kind: 'record', values: json }],
    ['object', { kind: 'record', values: json }],
    ['list[str]', { kind: 'list', items: text }],
    ['string[]', { kind: 'list', items: text }],
    ['List[List[int]]', { kind: 'list', items: { kind: 'list', items: integer } }],
    ['int[][]', { kind: 'list', items: { kind: 'list', items: integer } }],
    ['Array<int>', { kind: 'list', items: integer }],
    ['typing.List[int]', { kind: 'list', items: integer }],
    ['set[str]', { kind: 'set', items: text }],
    ['dict[str, int]', { kind: 'record', values: integer }],
    ['dict[int, str]', { kind: 'record', values: text }],
    ['Record<string, int>', { kind: 'record', values: integer }],
    ['tuple[int, str]', { kind: 'tuple', items: [integer, text] }],
    ['[int, str]', { kind: 'tuple', items: [integer, text] }],
    ['tuple[int, ...]', { kind: 'tuple', items: [], rest: integer }],
    ['tuple[str, int, ...]', { kind: 'tuple', items: [text], rest: integer }],
    ['(int)', integer],
    ["Annotated[int, 'x']", integer],
    ['int | str', { kind: 'union', members: [integer, text] }],
    ['int | None', { kind: 'union', members: [integer, nothing] }],
    ['Optional[int]', { kind: 'union', members: [integer, nothing] }],
    ['Union[int, str, None]', { kind: 'union', members: [integer, text, nothing] }],
    ['int | (str | (None | int))', { kind: 'union', members: [integer, text, nothing] }],
    ['int | int', integer],
    ["'a'", { kind: 'literal', values: ['a'] }],
    [`'a' | "b"`, { kind: 'literal', values: ['a', 'b'] }],
    ["'a' | null | 'b'", { kind: 'union', members: [{ kind: 'literal', values: ['a', 'b'] }, nothing] }],
    ["Literal['a', 1, -2.5, True, None]", { kind: 'literal', values: ['a', 1, -2.5, true, null] }],
    ['1 | 2', { kind: 'literal', values: [1, 2] }],
    ["('a' | 'b')[]", { kind: 'list', items: { kind: 'literal', values: ['a', 'b'] } }],
    [`'it\\'s' | 'a, b -> c' | "]"`, { kind: 'literal', values: ["it's", 'a, b -> c', ']'] }],
    [String.raw`'\n\d\\'`, { kind: 'literal', values: ['\n\\d\\'] }],
    ['dspy.Image', { kind: 'special', name: 'Image' }],
    ['Image', { kind: 'special', name: 'Image' }],
    [
      'ToolCallResults | null',
      { kind: 'union', members: [{ kind: 'special', name: 'ToolCallResults' }, { kind: 'null' }] },
    ],
    ['Code["python"]', { kind: 'special', name: 'Code', parameter: 'python' }],
    ['list[dspy.Image]', { kind: 'list', items: { kind: 'special', name: 'Image' } }],
    ['dspy.Code["python"]', { kind: 'special', name: 'Code', parameter: 'python' }],
  ])('reads %s', (source, type) => {
    expect(parseType(source)).toEqual(type)
  })

  test('refuses more than one type', () => {
    expect(() => parseType('int str')).toThrow(expect.objectContaining({ code: 'signature/parse', offset: 4 }))
  })
})
