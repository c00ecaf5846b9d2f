import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSignature, signature } from '../../src/signature/create.ts'
import type { Field } from '../../src/signature/field.ts'
import type { FieldType } from '../../src/signature/field-type.ts'
import { signatureText } from '../../src/signature/signature-text.ts'
import { unionOf } from '../../src/signature/union-of.ts'

const literal = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.integer({ min: -999, max: 999 }).map(hundredths => hundredths / 100 || 0),
)

const literals = fc
  .uniqueArray(literal, { minLength: 1, maxLength: 4 })
  .map((values): FieldType => ({ kind: 'literal', values }))

/** Every type the grammar can say. */
const { type } = fc.letrec<{ type: FieldType }>(tie => ({
  type: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc
      .constantFrom('string', 'integer', 'number', 'boolean', 'null', 'json', 'bytes')
      .map((kind): FieldType => ({ kind })),
    literals,
    fc.constantFrom('Image', 'Audio').map((name): FieldType => ({ kind: 'special', name })),
    fc.string().map((parameter): FieldType => ({ kind: 'special', name: 'Code', parameter })),
    fc.tuple(fc.constantFrom('list', 'set'), tie('type')).map(([kind, items]): FieldType => ({ kind, items })),
    tie('type').map((values): FieldType => ({ kind: 'record', values })),
    fc.array(tie('type'), { maxLength: 3 }).map((items): FieldType => ({ kind: 'tuple', items })),
    fc
      .tuple(fc.array(tie('type'), { maxLength: 2 }), tie('type'))
      .map(([items, rest]): FieldType => ({ kind: 'tuple', items, rest })),
    fc.array(tie('type'), { minLength: 1, maxLength: 3 }).map(unionOf),
  ),
}))

const name = fc
  .stringMatching(/^[a-z_][a-zA-Z0-9_é]{0,8}$/)
  .filter(word => word !== 'constructor' && word !== 'prototype')

const field = fc.record({ name, type, optional: fc.boolean(), default: fc.option(literal, { nil: undefined }) })

const fieldOf = (
  role: Field['role'],
  { default: absent, ...rest }: { name: string; type: FieldType; optional: boolean; default: unknown },
): Field => ({
  ...rest,
  role,
  description: `\${${rest.name}}`,
  prefix: '',
  ...(absent === undefined ? {} : { default: absent }),
})

const essence = ({ prefix: _, ...rest }: Field): unknown => rest

describe('signatureText', () => {
  test('parses back to the same fields', () => {
    fc.assert(
      fc.property(fc.uniqueArray(field, { selector: one => one.name, maxLength: 6 }), fc.nat(6), (fields, cut) => {
        const inputs = fields.slice(0, cut).map(one => fieldOf('input', one))
        const outputs = fields.slice(cut).map(one => fieldOf('output', one))
        const text = signatureText({ instructions: '', inputs, outputs })
        const parsed = parseSignature(text ?? 'the text is missing')
        expect(parsed.inputs.map(essence)).toEqual(inputs.map(essence))
        expect(parsed.outputs.map(essence)).toEqual(outputs.map(essence))
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['question->answer', 'question -> answer'],
    ['a: str, b:List[int] -> c: Optional[float]', 'a, b: int[] -> c: number | null'],
    [`a -> b: Literal["x", 'it\\'s']`, "a -> b: 'x' | 'it\\'s'"],
    ["a -> b: list[Literal['x', 'y']]", "a -> b: ('x' | 'y')[]"],
    ['a?: int, b -> c: dict[str, tuple[int, ...]] = 3', 'a?: int, b -> c: dict[string, tuple[int, ...]] = 3'],
    ['->', ' -> '],
  ])('writes %j as %j', (source, text) => {
    expect(signatureText(parseSignature(source))).toBe(text)
  })

  test('is undefined where the grammar has no words', () => {
    const of = (outputs: Record<string, object>) => signatureText(signature({ inputs: { text: 'string' }, outputs }))
    expect(of({ a: { type: 'int', constraints: { minimum: 0 } } })).toBeUndefined()
    expect(of({ a: { type: 'list', default: [] } })).toBeUndefined()
    expect(of({ a: { type: { kind: 'object', name: 'A', properties: [] } } })).toBeUndefined()
    expect(of({ a: { type: { kind: 'special', name: 'Mine' } } })).toBeUndefined()
  })

  test('is undefined for a type made by hand that would read back in another shape', () => {
    const nested: FieldType = { kind: 'union', members: [{ kind: 'union', members: [{ kind: 'string' }] }] }
    expect(signatureText(signature({ outputs: { a: { type: nested } } }))).toBeUndefined()
  })
})
