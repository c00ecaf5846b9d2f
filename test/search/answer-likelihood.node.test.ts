import { describe, expect, test } from 'vitest'
import { localModel } from '../../node/models/local-model.ts'
import { predict } from '../../src/modules/predict.ts'
import type { ProgramState } from '../../src/ports/module.ts'
import { answerLikelihood } from '../../src/search/answer-likelihood.ts'
import { withDemos } from '../../src/search/demos.ts'
import { withInstructions } from '../../src/search/instructions.ts'

/** The real network through onnxruntime. */
const model = localModel('nano')

const classify = predict('text -> label')
const rows = [
  { text: 'You get a shallow breakfast here. My family agrees.', label: 'negative' },
  { text: 'Rarely have I seen a story so tender.', label: 'positive' },
  { text: 'A smooth speaker and a thrilling update!', label: 'positive' },
  { text: 'Honestly a painful lens, also a crowded cable.', label: 'negative' },
]
const demos = [
  { text: 'Such a touching hero and a bright preface.', label: 'positive' },
  { text: 'The soup was bland and the waiter rude.', label: 'negative' },
]

const likelihood = answerLikelihood(classify, { model })
const logprobs = async (state: ProgramState) =>
  Promise.all(rows.map(async row => (await likelihood?.of(state, row))?.logprob ?? Number.NaN))
const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

describe('on nano, the right answer', () => {
  test('is likelier beside demos of the task than without', async () => {
    const [without, beside] = [await logprobs(classify.state), await logprobs(withDemos(classify.state, () => demos))]
    for (const [place, logprob] of beside.entries()) expect(logprob).toBeGreaterThan(without[place] ?? 0)
  })

  test('is likelier where the instructions name the labels than where they do not', async () => {
    const named = 'Classify the sentiment of the text as positive or negative.'
    const told = withInstructions(classify.state, 'self', named)
    expect(mean(await logprobs(told))).toBeGreaterThan(mean(await logprobs(classify.state)))
  })

  test('is likelier beside demos of its task than beside those of another', async () => {
    const others = [
      { text: 'Claim your prize and your voucher today!', label: 'spam' },
      { text: 'Lunch at noon on Monday?', label: 'ham' },
    ]
    expect(mean(await logprobs(withDemos(classify.state, () => demos)))).toBeGreaterThan(
      mean(await logprobs(withDemos(classify.state, () => others))),
    )
  })
})
