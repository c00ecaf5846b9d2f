import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { signature } from '../../src/signature/create.ts'

describe('signature', () => {
  test('gives every field of a string its label and the mark of no description', () => {
    expect(signature('userQuestion -> answer: int').inputs).toEqual([
      {
        name: 'userQuestion',
        role: 'input',
        type: { kind: 'string' },
        optional: false,
        description: `\${userQuestion}`,
        prefix: 'User Question:',
      },
    ])
  })

  test('has instructions of its own when nobody wrote any', () => {
    expect(signature('a, b -> c').instructions).toBe('Read `a`, `b` and produce `c`.')
    expect(signature('a -> b', { instructions: ' \n ' }).instructions).toBe('Read `a` and produce `b`.')
  })

  test('takes the margin off instructions', () => {
    const { instructions } = signature('a -> b', {
      instructions: `
        Judge the mail.
          One label.
      `,
    })
    expect(instructions).toBe('Judge the mail.\n  One label.')
  })

  test('describes fields', () => {
    expect(signature('a -> b', { descriptions: { b: 'the answer' } }).outputs[0]?.description).toBe('the answer')
  })

  test('refuses to describe a field there is not', () => {
    expect(() => signature('question -> answer', { descriptions: { anwser: 'x' } })).toThrow(
      expect.objectContaining({ code: 'signature/unknown-field', message: expect.stringContaining("Write 'answer'.") }),
    )
  })

  test('is made of records too, types as in the string', () => {
    const made = signature({
      inputs: { text: 'string' },
      outputs: { label: "'a' | 'b'", n: { type: 'int', optional: true } },
    })
    expect(made).toEqual(signature("text -> label: 'a' | 'b', n?: int"))
  })

  test('keeps what a field object says', () => {
    const described = { type: 'int', description: 'stars', prefix: 'Stars:', default: 3, constraints: { minimum: 1 } }
    expect(signature({ outputs: { stars: described } }).outputs[0]).toMatchObject({
      ...described,
      type: { kind: 'integer' },
    })
  })

  test('takes a schema of zod, which knows its JSON schema', () => {
    const person = z.object({ name: z.string() })
    const { type } = signature({ outputs: { person } }).outputs[0] ?? {}
    expect(type).toMatchObject({
      kind: 'schema',
      schema: person,
      jsonSchema: { properties: { name: { type: 'string' } } },
    })
  })

  test('takes a schema that does not, with its JSON schema beside it', () => {
    const jsonSchema = { type: 'string', format: 'email' }
    const made = signature({ outputs: { address: { type: v.pipe(v.string(), v.email()), jsonSchema } } })
    expect(made.outputs[0]?.type).toMatchObject({ kind: 'schema', jsonSchema })
  })

  test('refuses a schema without a JSON schema', () => {
    expect(() => signature({ outputs: { address: v.string() } })).toThrow(
      expect.objectContaining({ code: 'signature/unknown-type', message: expect.stringContaining('jsonSchema') }),
    )
  })

  test('refuses a name that is on both sides', () => {
    expect(() => signature({ inputs: { a: 'string' }, outputs: { a: 'int' } })).toThrow(
      expect.objectContaining({ code: 'signature/duplicate-field' }),
    )
  })

  test.each(['__proto__', 'constructor', 'two words', '', '1st', 'a-b'])('refuses the name %j', name => {
    expect(() => signature({ outputs: JSON.parse(`{${JSON.stringify(name)}: "string"}`) })).toThrow(
      expect.objectContaining({ code: 'signature/parse' }),
    )
  })
})
