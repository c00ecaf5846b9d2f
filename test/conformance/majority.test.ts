import { describe, expect, test } from 'vitest'
import { normalizeAnswer } from '../../src/data/normalize-answer.ts'
import { majority } from '../../src/modules/majority.ts'
import recorded from '../vectors/dspy/majority.json' with { type: 'json' }

interface Case {
  readonly completions: readonly Readonly<Record<string, string>>[]
  readonly kwargs: { readonly field?: string; readonly normalize?: null }
  readonly result: Readonly<Record<string, string>>
}

describe('majority, by the recorded answers of DSPy 3.4.1', () => {
  test.each(recorded.cases as readonly Case[])(
    '$completions with $kwargs gives $result',
    ({ completions, kwargs, result }) => {
      const { field, normalize } = kwargs
      const chosen = majority(completions, {
        ...(field === undefined ? {} : { field }),
        ...(normalize === null ? { normalize: value => value } : {}),
      })
      expect(chosen).toEqual(result)
    },
  )

  test.each(Object.entries(recorded.default_normalize))('the default compares %j as %j', (text, expected) => {
    // Recorded is what DSPy compares by: null has no vote.
    expect(normalizeAnswer(text) || null).toBe(expected)
  })
})
