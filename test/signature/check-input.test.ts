import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { linearPattern } from '../../src/data/linear-pattern.ts'
import { PredictionError } from '../../src/errors/prediction-error.ts'
import { checkInput } from '../../src/signature/check-input.ts'
import { parseSignature, signature } from '../../src/signature/create.ts'

const issuesOf = (source: string, input: object): readonly string[] => {
  try {
    checkInput(parseSignature(`${source} -> out`), input)
    return []
  } catch (error) {
    if (!(error instanceof PredictionError)) throw error
    expect(error.code).toBe('prediction/input')
    return error.issues.map(issue => `${issue.field} ${issue.problem}`)
  }
}

describe('checkInput', () => {
  test.each<[type: string, fits: unknown, not: unknown]>([
    ['str', '', 1],
    ['int', 3, 3.5],
    ['float', 3.5, '3.5'],
    ['bool', false, 'false'],
    ['null', null, 0],
    ['list[str]', ['a'], 'a'],
    ['set[str]', new Set(['a']), 'a'],
    ['dict[str, int]', { a: 1 }, [1]],
    ['tuple[int, str]', [1, 'a'], [1]],
    ['tuple[int, ...]', [], 1],
    ["'a' | 'b'", 'b', 'c'],
    ['int | null', null, 'x'],
    ['bytes', new Uint8Array(1), 1],
  ])('tells what is %s from what is not', (type, fits, not) => {
    expect(issuesOf(`x: ${type}`, { x: fits })).toEqual([])
    expect(issuesOf(`x: ${type}`, { x: not })).toHaveLength(1)
  })

  test('lists every field that does not fit, without its value', () => {
    expect(issuesOf('a, b: int, c: list[str]', { a: 'fine', b: 'secret' })).toEqual([
      'b is a string, expected integer',
      'c is missing, expected string[]',
    ])
  })

  test('lets optional fields and fields with a default be absent or null', () => {
    expect(issuesOf('a?, b?: int, c = 3', { a: null, b: undefined })).toEqual([])
    expect(issuesOf('a?: int', { a: 'x' })).toHaveLength(1)
  })

  test('takes null only where the type does', () => {
    expect(issuesOf('a: str', { a: null })).toEqual(['a is null, expected string'])
    expect(issuesOf('a: str | null', { a: null })).toEqual([])
    expect(issuesOf('a: str | null', {})).toHaveLength(1)
  })

  test('asks a schema whether it takes an absent value', () => {
    const checked = signature({ inputs: { must: z.string(), may: z.string().optional() } })
    expect(() => checkInput(checked, { must: 'x' })).not.toThrow()
    expect(() => checkInput(checked, {})).toThrow('`must` is missing, expected what its schema describes')
  })

  test.each([
    [
      'Image',
      'https://a.example/b.png',
      'b.png',
      'an image: an https: or data: URL, { url }, or image(bytes, mediaType)',
    ],
    ['Image', { bytes: new Uint8Array(1), mediaType: 'image/png' }, {}, 'an image: '],
    ['list[dspy.Image]', ['data:,', 'data:,'], ['data:,', 'x'], 'a list, each item an image: '],
    ['Audio', { data: 'aGk=', format: 'wav' }, 'aGk=', 'audio: a data URI'],
    ['File', { fileId: 'f' }, 'report.pdf', 'a file: a data URI, { fileId }'],
    ['Document', 'text', 7, 'a document: text'],
    ['History', [{ a: 1 }], 'before', 'a history: a list of rows'],
    ['Tool[]', [{ name: 'f', parameters: {} }], [() => 1], 'a list, each item a tool: tool(…)'],
    ['Code', 'x', 7, 'code: text'],
  ] as const)('tells %s from what is none, and says how to write one', (type, fits, not, remedy) => {
    expect(issuesOf(`x: ${type}`, { x: fits })).toEqual([])
    expect(issuesOf(`x: ${type}`, { x: not })).toEqual([expect.stringContaining(`expected ${remedy}`)])
  })

  test('holds inputs to the limits of their fields, without telling their values', () => {
    const limited = signature({
      inputs: {
        stars: { type: 'int', constraints: { minimum: 1, maximum: 5 } },
        tags: { type: 'list[str]', constraints: { maxLength: 2 } },
        order: { constraints: { pattern: linearPattern('^[A-Z]{2}-\\d+$') } },
        note: { optional: true, constraints: { minLength: 3 } },
      },
      outputs: { out: 'string' },
    })
    expect(() => checkInput(limited, { stars: 5, tags: ['a', 'b'], order: 'AB-12' })).not.toThrow()
    expect(() => checkInput(limited, { stars: 6, tags: ['a', 'b', 'c'], order: 'secret', note: 'x' })).toThrow(
      expect.objectContaining({
        code: 'prediction/input',
        issues: [
          { field: 'stars', problem: 'breaks its limit, expected maximum 5' },
          { field: 'tags', problem: 'breaks its limit, expected maxLength 2' },
          { field: 'order', problem: 'breaks its limit, expected pattern ^[A-Z]{2}-\\d+$' },
          { field: 'note', problem: 'breaks its limit, expected minLength 3' },
        ],
      }),
    )
  })

  test('ignores fields that the signature does not have', () => {
    expect(issuesOf('a', { a: '', b: 1 })).toEqual([])
  })

  test('does not take what every object inherits for an input', () => {
    expect(issuesOf('toString', {})).toHaveLength(1)
  })
})
