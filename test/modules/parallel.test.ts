import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { parallel } from '../../src/modules/parallel.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const classify = predict("text -> label: 'good' | 'bad'")
const count = chainOfThought('text -> words: int')
const label = '[[ ## label ## ]]\ngood'
const words = '[[ ## reasoning ## ]]\nr\n\n[[ ## words ## ]]\n2'

describe('parallel', () => {
  test('runs each module on its own input and gives their predictions in order', async () => {
    const [judged, counted] = await parallel(
      [
        [classify, { text: 'a' }],
        [count, { text: 'a b' }],
      ],
      { model: scriptedModel([label, words]) },
    )
    expect([judged.label, counted.words]).toEqual(['good', 2])
  })

  test('runs children of a program beside modules, in the context of the run', async () => {
    const both = program('text -> label, words: int', { classify }, async ({ text }, { classify }, context) => {
      const [{ label }, { words }] = await parallel(
        [
          [classify, { text }],
          [count, { text }],
        ],
        context,
      )
      return { label, words }
    })
    expect(await both.run({ text: 'a b' }, { model: scriptedModel([label, words]) })).toEqual({
      label: 'good',
      words: 2,
    })
  })

  test('with returnFailed tells which pair failed', async () => {
    const down = new ModelError('model/transport', 'Cut.', { model: 'm' })
    expect(
      await parallel(
        [
          [classify, { text: 'a' }],
          [count, { text: 'a b' }],
        ],
        { model: scriptedModel([down, words]) },
        { returnFailed: true },
      ),
    ).toEqual({
      predictions: [undefined, { reasoning: 'r', words: 2 }],
      failures: [{ index: 0, error: down }],
    })
  })
})
