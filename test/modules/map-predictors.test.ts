import { describe, expect, test } from 'vitest'
import { bestOfN } from '../../src/modules/best-of-n.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { mapPredictors, resetState } from '../../src/modules/map-predictors.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const demos = [{ question: 'before', query: 'b', answer: 'shown' }]
const rag = program(
  'question -> answer',
  {
    hop: bestOfN(chainOfThought('question -> query'), { n: 1, reward: () => 1, threshold: 1 }),
    answer: predict('question -> answer', { demos, instructions: 'Be brief.' }),
  },
  async ({ question }, { answer }) => answer({ question }),
)

describe('mapPredictors', () => {
  test('changes what every predictor learned, in a new program of the same type', async () => {
    const taught = mapPredictors(rag, ({ path, state }) => ({ ...state, demos: [{ question: path, answer: path }] }))
    expect(taught.predictors.map(({ path, state }) => [path, state.demos])).toEqual([
      ['hop.module.predict', [{ question: 'hop.module.predict', answer: 'hop.module.predict' }]],
      ['answer', [{ question: 'answer', answer: 'answer' }]],
    ])
    expect(rag.state.answer?.demos).toEqual(demos)
    const { answer } = await taught.run({ question: 'q' }, { model: scriptedModel(['[[ ## answer ## ]]\nyes']) })
    expect(answer).toBe('yes')
  })

  test('resetState takes the examples and keeps the instructions', () => {
    const blank = resetState(rag)
    expect(blank.predictors.map(({ state }) => state.demos)).toEqual([[], []])
    expect(blank.state.answer?.signature.instructions).toBe('Be brief.')
  })
})
