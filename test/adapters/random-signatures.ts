import fc from 'fast-check'
import { z } from 'zod'
import { type Signature, signature } from '../../src/index.ts'
import type { FieldDefinition } from '../../src/signature/field-definition.ts'

const word = fc.constantFrom('red', 'not now', 'a-b', 'Übel', 'x/y', 'say "so"', 'a\\x41', 'two\nlines', '7', 'none')

const limits = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 30 })).map(([min, more]) => ({
  minLength: min,
  maxLength: min + more,
}))

const bounds = fc
  .tuple(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: 0, max: 500 }))
  .map(([minimum, more]) => ({ minimum, maximum: minimum + more }))

const literal = fc
  .uniqueArray(word, { minLength: 1, maxLength: 5 })
  .map(words => ({ kind: 'literal' as const, values: words }))

const scalar = fc.constantFrom('string', 'int', 'float', 'bool', "'yes' | 'no' | 3", 'Code[js]', 'Reasoning')

const nested = fc.constantFrom(
  'list[int]',
  'list[string]',
  'dict[str, int]',
  'tuple[int, str]',
  'set[str]',
  'int | bool',
  'str | int',
  'list[list[float]]',
  'Any',
  'ToolCalls',
  'Citations',
)

/** A class of Python, with a property that may be left out. */
const thing = fc.constant({
  kind: 'object' as const,
  name: 'Thing',
  properties: [
    { name: 'title', type: { kind: 'string' as const }, optional: false, constraints: { maxLength: 12 } },
    { name: 'count', type: { kind: 'integer' as const }, optional: true },
  ],
})

const schemas = fc.constantFrom(
  z.object({ name: z.string().max(9), ages: z.array(z.number().int().min(0)).max(3), more: z.boolean().optional() }),
  z.array(z.enum(['p', 'q'])).min(1),
  z.string().min(2).max(5),
  z.union([z.string(), z.number()]),
  z.number().gt(0).lt(1),
  z.enum(['one', 'two']),
  z.discriminatedUnion('t', [z.object({ t: z.literal('a') }), z.object({ t: z.literal('b'), n: z.number() })]),
)

const definition = fc.oneof(
  scalar.map(type => ({ type })),
  nested.map(type => ({ type })),
  schemas.map(type => ({ type })),
  literal.map(type => ({ type })),
  thing.map(type => ({ type })),
  limits.map(constraints => ({ type: 'string', constraints })),
  bounds.map(constraints => ({ type: 'int', constraints })),
  bounds.map(constraints => ({ type: 'float', constraints })),
)

/** Signatures of one to five outputs, of every kind of type that a grammar can say; some may be left out. */
export const signatures: fc.Arbitrary<Signature> = fc
  .array(fc.tuple(definition, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map(fields => {
    const outputs: Record<string, FieldDefinition> = Object.fromEntries(
      fields.map(([field, first, second], index) => [`field${index}`, { ...field, optional: first && second }]),
    )
    return signature({ inputs: { q: 'string' }, outputs })
  })
