import { describe, expect, test } from 'vitest'
import { drawnApart, warmEnough } from '../../src/modules/drawn-apart.ts'
import { predict } from '../../src/modules/predict.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const model = scriptedModel(() => '[[ ## answer ## ]]\na')

describe('several answers to one question', () => {
  test.each([
    [undefined, 0.7],
    [0, 0.7],
    [0.15, 0.7],
    [0.16, 0.16],
    [1, 1],
  ])('are drawn at %s as %s', async (temperature, drawn) => {
    expect(warmEnough(temperature)).toBe(drawn)
    const sampling = temperature === undefined ? {} : { temperature }
    await predict('question -> answer', { n: 2, sampling }).run({ question: 'q' }, { model })
    await predict('question -> answer', { n: 2 }).run({ question: 'q' }, { model, sampling })
    expect(model.calls.slice(-2).map(call => call.temperature)).toEqual([drawn, drawn])
  })

  test('leave a single answer at the temperature it was asked for', async () => {
    await predict('question -> answer').run({ question: 'q' }, { model, sampling: { temperature: 0 } })
    expect(model.calls.at(-1)).toMatchObject({ temperature: 0 })
    await predict('question -> answer').run({ question: 'q' }, { model })
    expect(model.calls.at(-1)).not.toHaveProperty('temperature')
  })

  test('have ids below that of their run, and seeds of their own where it has one', () => {
    expect(drawnApart({ model }, 2)).toEqual({ rolloutId: '2', sampling: { temperature: 1 } })
    expect(drawnApart({ model, rolloutId: 'a/1', sampling: { seed: 7, topP: 0.5 } }, 2, 0.7)).toEqual({
      rolloutId: 'a/1/2',
      sampling: { temperature: 0.7, seed: 9, topP: 0.5 },
    })
  })
})
