import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { type FieldText, fieldText } from '../../src/modules/field-text.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { ProgramEvent } from '../../src/ports/module.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const collect = async (texts: AsyncIterable<FieldText>): Promise<FieldText[]> => {
  const all: FieldText[] = []
  for await (const text of texts) all.push(text)
  return all
}

async function* told(...events: ProgramEvent<{ answer: string }>[]): AsyncGenerator<ProgramEvent<{ answer: string }>> {
  yield* events
}

const piece = (delta: string, path = 'p', field = 'answer') => ({ type: 'field', path, field, delta }) as const

describe('fieldText', () => {
  test('gives the text of a field as it grows', async () => {
    const events = told(
      piece('no', 'p', 'other'),
      piece('Pa'),
      { type: 'reasoning', path: 'p', delta: 'hm' },
      piece('ris'),
      { type: 'prediction', prediction: { answer: 'Paris' }, usage: noUsage },
    )
    expect(await collect(fieldText(events, 'answer'))).toEqual([
      { text: 'Pa', delta: 'Pa', path: 'p' },
      { text: 'Paris', delta: 'ris', path: 'p' },
    ])
  })

  test('says when what came before is void', async () => {
    const events = told(piece('Lyo'), { type: 'reset', path: 'other' }, { type: 'reset', path: 'p' }, piece('Paris'))
    expect((await collect(fieldText(events, 'answer'))).map(({ text }) => text)).toEqual(['Lyo', '', 'Paris'])
  })

  test('begins anew when another predictor tells the field, or the same one again', async () => {
    const events = told(piece('a'), piece('b', 'q'), { type: 'predictor-started', path: 'q' }, piece('c', 'q'))
    expect((await collect(fieldText(events, 'answer'))).map(({ text }) => text)).toEqual(['a', 'b', 'c'])
  })

  test('listens to one predictor when it is named', async () => {
    const hops = program(
      'question -> answer',
      { hop: chainOfThought('question -> answer'), last: predict('question -> answer') },
      async ({ question }, { hop, last }) => last({ question: (await hop({ question })).answer ?? question }),
    )
    const model = () =>
      scriptedModel(['[[ ## reasoning ## ]]\nr\n\n[[ ## answer ## ]]\nfirst', '[[ ## answer ## ]]\nsecond'])
    const last = await collect(fieldText(hops.stream({ question: 'q' }, { model: model() }), 'answer', 'last'))
    expect(last.at(-1)?.text).toBe('second')
    expect(new Set(last.map(({ path }) => path))).toEqual(new Set(['last']))
    const inner = await collect(fieldText(hops.stream({ question: 'q' }, { model: model() }), 'reasoning'))
    expect(inner.at(-1)).toMatchObject({ text: 'r', path: 'hop.predict' })
  })

  test('ends with the field that the prediction has, however the answer is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), async pieces => {
        const texts = await collect(fieldText(told(...pieces.map(delta => piece(delta))), 'answer'))
        expect(texts.at(-1)?.text).toBe(pieces.join(''))
        expect(texts.map(({ delta }) => delta)).toEqual(pieces)
      }),
    )
  })

  test('passes a failure on, and aborts the run when it is left', async () => {
    const failing = predict('question -> answer').stream(
      { question: 'q' },
      { model: scriptedModel([new Error('down')]) },
    )
    await expect(collect(fieldText(failing, 'answer'))).rejects.toThrow('down')
    const signals: (AbortSignal | undefined)[] = []
    const model = scriptedModel(({ signal }) => {
      signals.push(signal)
      return `[[ ## answer ## ]]\n${'long '.repeat(100)}`
    })
    for await (const _ of fieldText(predict('question -> answer').stream({ question: 'q' }, { model }), 'answer')) break
    expect(signals.map(signal => signal?.aborted)).toEqual([true])
  })
})
