import { describe, expect, test } from 'vitest'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { loadProgram } from '../../src/modules/load-program.ts'
import { saveProgram } from '../../src/modules/save-program.ts'

describe('chainOfThought', () => {
  const solve = chainOfThought('question -> answer: int', { reasoning: 'one line a step' })
  const described = (program: {
    readonly signature: { readonly outputs: readonly { readonly description: string }[] }
  }) => program.signature.outputs.map(({ description }) => description)

  test('tells the model about its reasoning what it was told', () => {
    expect(described(solve)).toEqual(['one line a step', '${answer}'])
    expect(described(chainOfThought('question -> answer'))).toEqual(['${reasoning}', '${answer}'])
  })

  test('keeps that in its file', async () => {
    expect(described(await loadProgram(await saveProgram(solve)))).toEqual(described(solve))
  })
})
