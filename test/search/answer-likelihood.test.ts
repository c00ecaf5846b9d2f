import { describe, expect, test } from 'vitest'
import { json } from '../../src/adapters/json.ts'
import { twoStep } from '../../src/adapters/two-step.ts'
import { xml } from '../../src/adapters/xml.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { answerLikelihood } from '../../src/search/answer-likelihood.ts'
import { withDemos } from '../../src/search/demos.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const classify = predict("text -> label: 'a' | 'b', why")
const row = { text: 'one', label: 'a', why: 'it begins' }
const scoring = () => scriptedModel([], { score: (_, answer) => -answer.length / 100 })

describe('the likelihood of a right answer', () => {
  test('asks what the program would send, and scores what a demo would show', async () => {
    const model = scoring()
    const shown = withDemos(classify.state, () => [{ text: 'two', label: 'b', why: 'it ends' }])
    const likely = await answerLikelihood(classify, { model })?.of(shown, row)
    const [{ request, answer } = { request: undefined, answer: '' }] = model.scored
    expect(request?.messages).toEqual(classify.withState(shown).predictors[0]?.prompt({ text: 'one' }).messages)
    expect(request?.sharedMessages).toBe(3)
    expect(answer).toBe('[[ ## label ## ]]\na\n\n[[ ## why ## ]]\nit begins\n\n[[ ## completed ## ]]')
    expect(likely?.logprob).toBe(-answer.length / 100)
    expect(likely?.probability).toBe(Math.exp(-answer.length / 100))
    expect(likely?.usage.calls).toBe(1)
  })

  test.each([
    ['json', json, '{\n  "label": "a",\n  "why": "it begins"\n}'],
    ['xml', xml, '<label>\na\n</label>\n\n<why>\nit begins\n</why>'],
  ])('is that of the answer as %s writes it', (_, adapter, answer) => {
    const likelihood = answerLikelihood(classify, { model: scoring(), adapter })
    expect(likelihood?.question(classify.state, row)?.answer).toBe(answer)
  })

  test('is unknown for a row that lacks a label or an input', async () => {
    const model = scoring()
    const likelihood = answerLikelihood(classify, { model })
    for (const lacking of [
      { text: 'one', label: 'a' },
      { ...row, why: null },
      { label: 'a', why: 'it begins' },
    ]) {
      expect(await likelihood?.of(classify.state, lacking)).toBeUndefined()
    }
    const thinking = chainOfThought('text -> label')
    expect(await answerLikelihood(thinking, { model })?.of(thinking.state, row)).toBeUndefined()
    expect(model.scored).toHaveLength(0)
  })

  test('is not to be had of a model without scores, a program of two predictors, or a format that asks twice', () => {
    const model = scoring()
    const children = { first: predict('text -> label'), second: predict('text -> label') }
    const two = program('text -> label', children, async ({ text }, { first }) => first({ text }))
    expect(answerLikelihood(classify, { model: scriptedModel([]) })).toBeUndefined()
    expect(answerLikelihood(two, { model })).toBeUndefined()
    expect(answerLikelihood(classify, { model, adapter: twoStep({ extractor: model }) })).toBeUndefined()
    expect(answerLikelihood(classify, { model })).toBeDefined()
  })
})
