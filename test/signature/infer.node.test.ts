import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseFields } from '../../src/signature/parse.ts'

/** What the compiler is asked in the type tests: the parser must give the same answers to the same strings. */
const asked = readFileSync(new URL('../types/signature.test-d.ts', import.meta.url), 'utf8')

const argumentsOf = (name: string): string[] =>
  [...asked.matchAll(new RegExp(`${name}<(?:'((?:[^'\\\\\\n]|\\\\.)*)'|"([^"\\n]*)"|\`([^\`\\n]*)\`)>`, 'g'))].map(
    ([, single, double, template]) =>
      (single ?? double ?? template ?? '').replaceAll('\\n', '\n').replaceAll('\\t', '\t'),
  )

const signatures = [...argumentsOf('Inputs'), ...argumentsOf('Outputs')].filter(source => !source.includes('${'))
const types = argumentsOf('Of')
const mistakes = argumentsOf('Mistake')

describe('the compiler and the parser', () => {
  test('are asked about a good many strings', () => {
    expect([signatures.length > 10, types.length > 40, mistakes.length > 14]).toEqual([true, true, true])
  })

  test.each(signatures)('both read %j', source => {
    expect(parseFields(source)).toBeDefined()
  })

  test.each(types)('both know the type %s', type => {
    expect(parseFields(`a -> b: ${type}, c`).outputs.map(field => field.name)).toEqual(['b', 'c'])
  })

  test.each(mistakes)('both refuse %j', source => {
    expect(() => parseFields(source)).toThrow(expect.objectContaining({ name: 'SignatureError' }))
  })
})
