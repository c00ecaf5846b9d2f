import { describe, expect, test } from 'vitest'
import { majority } from '../../src/modules/majority.ts'
import { predict } from '../../src/modules/predict.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const say = (answer: string): string => `[[ ## answer ## ]]\n${answer}`

describe('majority', () => {
  test('takes one prediction that was drawn several times', async () => {
    const model = scriptedModel([say('a'), say('The B'), say('b!')])
    const drawn = await predict('question -> answer', { n: 3 }).run({ question: 'q' }, { model })
    expect(majority(drawn)).toEqual({ answer: 'The B' })
  })

  test('gives the prediction itself, with what is known about it', async () => {
    const model = scriptedModel([say('a')])
    const drawn = await predict('question -> answer').run({ question: 'q' }, { model })
    expect(usageOf(majority([drawn]))).toMatchObject({ calls: 1 })
  })

  test('counts values that are no text as what they are', () => {
    const tags = [{ tags: ['b', 'a'] }, { tags: ['a', 'b'] }, { tags: ['a', 'b'] }]
    expect(majority(tags)).toBe(tags[1])
    expect(majority([{ n: 1 }, { n: 2 }, { n: 2 }])).toEqual({ n: 2 })
    expect(majority([{ ok: false }, { ok: true }, { ok: null }, { ok: null }])).toEqual({ ok: false })
  })

  test('refuses to choose among none, and by a field that is not there', () => {
    expect(() => majority([])).toThrow(expect.objectContaining({ option: 'predictions' }))
    expect(() => majority([{ answer: 'a' }], { field: 'constructor' as never })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid', option: 'field' }),
    )
  })
})
