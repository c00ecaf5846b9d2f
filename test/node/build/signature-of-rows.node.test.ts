import { describe, expect, test } from 'vitest'
import { signatureOfRows } from '../../../node/build/signature-of-rows.ts'
import { type Example, parseSignature } from '../../../src/index.ts'

describe('signatureOfRows', () => {
  test.each<readonly [readonly Example[], string]>([
    [[{ text: 'a', label: 'b' }], 'text: string -> label: string'],
    [[{ question: 'a', passages: ['b'], answer: 'c' }], 'question: string, passages: string[] -> answer: string'],
    [
      [
        { text: 'a', score: 1 },
        { text: 'b', score: 0.5 },
      ],
      'text: string -> score: float',
    ],
    [[{ text: 'a', score: 1 }], 'text: string -> score: int'],
    [
      [
        { text: 'a', label: true },
        { text: 'b', mood: null, label: false },
      ],
      'text: string, mood?: string -> label: bool',
    ],
    [
      [
        { text: 'a', label: 'x' },
        { text: { raw: 'b' }, label: 'y' },
      ],
      'text: json -> label: string',
    ],
  ])('reads %j', (rows, expected) => {
    expect(signatureOfRows(rows)).toBe(expected)
    expect(() => parseSignature(expected)).not.toThrow()
  })

  test('refuses a name that is no name, so that data cannot say what the signature is', () => {
    expect(() => signatureOfRows([{ 'text -> label: int, x': 'a', label: 'b' }])).toThrow(
      "The name 'text -> label: int, x' of a field cannot stand in a signature.",
    )
  })

  test('refuses rows of one field', () => {
    expect(() => signatureOfRows([{ text: 'a' }])).toThrow("Give the signature: .signature('text -> label').")
  })
})
