import { describe, expect, test } from 'vitest'
import { signature } from '../../src/signature/create.ts'
import {
  append,
  describeFields,
  insert,
  prepend,
  remove,
  rename,
  withField,
  withInstructions,
} from '../../src/signature/operations.ts'
import type { Signature } from '../../src/signature/signature.ts'

const base = signature('question, context -> answer', { instructions: 'Do it.' })

const names = ({ inputs, outputs }: Signature): string =>
  [inputs, outputs].map(side => side.map(field => field.name).join(' ')).join(' -> ')

describe('the operations on signatures', () => {
  test('leave the signature they are given as it was', () => {
    const before = structuredClone(base)
    for (const made of [remove(base, 'context'), rename(base, 'context', 'passage'), append(base, 'output', 'x')]) {
      expect(made).not.toEqual(base)
    }
    expect(base).toEqual(before)
  })

  test('put fields first, last and between', () => {
    expect(names(prepend(base, 'output', 'reasoning'))).toBe('question context -> reasoning answer')
    expect(names(append(base, 'input', 'hint', 'int'))).toBe('question context hint -> answer')
    expect(names(insert(base, 'input', 1, 'hint'))).toBe('question hint context -> answer')
    expect(names(insert(base, 'input', -1, 'hint'))).toBe('question context hint -> answer')
    expect(names(insert(base, 'input', -2, 'hint'))).toBe('question hint context -> answer')
  })

  test('put fields at no place there is not', () => {
    expect(() => insert(base, 'output', 2, 'x')).toThrow(RangeError)
    expect(() => insert(base, 'output', -3, 'x')).toThrow(RangeError)
    expect(() => insert(base, 'output', 0.5, 'x')).toThrow(RangeError)
  })

  test('remove a field of either side', () => {
    expect(names(remove(remove(base, 'context'), 'answer'))).toBe('question -> ')
  })

  test('rename a field with the label and the description nobody wrote', () => {
    expect(rename(base, 'context', 'passages').inputs[1]).toMatchObject({
      name: 'passages',
      prefix: 'Passages:',
      description: `\${passages}`,
    })
  })

  test('rename a field and keep what somebody wrote', () => {
    const described = withField(base, 'context', { description: 'what is known', prefix: 'Known:' })
    expect(rename(described, 'context', 'passages').inputs[1]).toMatchObject({
      description: 'what is known',
      prefix: 'Known:',
    })
  })

  test('change what is given of a field and nothing else', () => {
    const limited = withField(base, 'answer', { type: 'int', constraints: { minimum: 0 } })
    expect(withField(limited, 'answer', { description: 'D' }).outputs[0]).toMatchObject({
      type: { kind: 'integer' },
      constraints: { minimum: 0 },
      description: 'D',
    })
  })

  test('describe several fields', () => {
    expect(describeFields(base, { question: 'Q', answer: 'A' }).inputs.map(field => field.description)).toEqual([
      'Q',
      `\${context}`,
    ])
  })

  test('replace the instructions; blank ones bring the default back', () => {
    expect(withInstructions(base, 'New').instructions).toBe('New')
    expect(withInstructions(base, '').instructions).toBe('Read `question`, `context` and produce `answer`.')
  })

  test('let default instructions name the fields there are, and leave written ones alone', () => {
    expect(prepend(signature('a -> b'), 'output', 'c').instructions).toBe('Read `a` and produce `c`, `b`.')
    expect(prepend(base, 'output', 'c').instructions).toBe('Do it.')
  })

  test('refuse a name that is taken', () => {
    for (const attempt of [() => append(base, 'output', 'question'), () => rename(base, 'answer', 'context')]) {
      expect(attempt).toThrow(expect.objectContaining({ code: 'signature/duplicate-field' }))
    }
  })

  test('refuse a field there is not', () => {
    for (const attempt of [
      () => remove(base, 'contxt'),
      () => rename(base, 'contxt', 'x'),
      () => withField(base, 'contxt', {}),
      () => describeFields(base, { contxt: '' }),
    ]) {
      expect(attempt).toThrow(
        expect.objectContaining({
          code: 'signature/unknown-field',
          message: expect.stringContaining("Write 'context'."),
        }),
      )
    }
  })
})
