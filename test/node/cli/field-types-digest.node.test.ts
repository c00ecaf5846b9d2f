import { expect, test } from 'vitest'
import { z } from 'zod'
import { fieldTypesDigest } from '../../../node/cli/field-types-digest.ts'
import type { AnyProgram } from '../../../node/cli/program-from-flags.ts'
import { chainOfThought, predict, signature, withInstructions } from '../../../src/index.ts'

const digest = (program: unknown): string => fieldTypesDigest(program as AnyProgram)
const typed = (type: z.ZodType) => predict(signature({ inputs: { text: 'string' }, outputs: { label: type } }))
const plain = digest(predict('text -> label'))

test('programs with fields of other types, names or defaults have other digests', () => {
  const others = [
    predict('text -> label: int'),
    predict("text -> label: 'a' | 'b'"),
    predict('text -> name'),
    predict("text -> label = 'a'"),
    predict('text -> label?'),
    chainOfThought('text -> label'),
    typed(z.string()),
    typed(z.number()),
    typed(z.number().min(1)),
  ].map(digest)
  expect(new Set([plain, ...others]).size).toBe(others.length + 1)
})

test('equal fields have one digest, whatever the program has learned', () => {
  const learned = predict('text -> label').withState({
    self: { ...predict('text -> label').state.self, demos: [{ text: 'a', label: 'b' }] },
  } as never)
  expect(digest(learned)).toBe(plain)
  expect(digest(predict(withInstructions(signature('text -> label'), 'Be brief.')))).toBe(plain)
  expect(digest(typed(z.string().max(3)))).toBe(digest(typed(z.string().max(3))))
})
