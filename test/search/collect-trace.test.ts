import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { collectTrace } from '../../src/search/collect-trace.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const twoSteps = program(
  'question -> answer',
  { hint: predict('question -> hint'), solve: predict('question, hint -> answer') },
  async ({ question }, { hint, solve }) => solve({ question, hint: (await hint({ question })).hint }),
)
const says = ['[[ ## hint ## ]]\nAdd.', '[[ ## answer ## ]]\n4']

describe('collectTrace', () => {
  test('remembers what each predictor was asked and answered, in the order of starting', async () => {
    const collector = collectTrace()
    await twoSteps.run({ question: '2 + 2?' }, { model: scriptedModel(says), tracer: collector.tracer })
    expect(collector.trace()).toEqual([
      { path: 'hint', input: { question: '2 + 2?' }, output: { hint: 'Add.' } },
      { path: 'solve', input: { question: '2 + 2?', hint: 'Add.' }, output: { answer: '4' } },
    ])
  })

  test('remembers which predictors failed, and with what', async () => {
    const collector = collectTrace()
    const context = { model: scriptedModel([says[0] ?? '', 'Well.', 'Well.']), tracer: collector.tracer }
    await expect(twoSteps.run({ question: '2 + 2?' }, context)).rejects.toMatchObject({ code: 'prediction/unparsable' })
    expect(collector.trace().map(({ path }) => path)).toEqual(['hint'])
    expect(collector.failures()).toEqual([
      {
        path: 'solve',
        input: { question: '2 + 2?', hint: 'Add.' },
        error: expect.objectContaining({ code: 'prediction/unparsable', text: 'Well.' }),
      },
    ])
  })

  test('tells an outer tracer all the same', async () => {
    const outer = recordingTracer()
    const collector = collectTrace(outer)
    await twoSteps.run({ question: '2 + 2?' }, { model: scriptedModel(says), tracer: collector.tracer })
    const [run] = outer.spans
    expect(run?.children.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['predictor hint', 'predictor solve'])
  })

  test('leaves out predictors that failed or have not answered', () => {
    const { tracer, trace } = collectTrace()
    const first = tracer.start({ kind: 'predictor', name: 'first', input: { a: 1 } })
    const second = tracer.start({ kind: 'predictor', name: 'second', input: { a: 1 } })
    const third = tracer.start({ kind: 'predictor', name: 'third', input: { a: 1 } })
    third.end({ output: { b: 3 } })
    first.end({ error: new Error('down') })
    expect(trace().map(step => step.path)).toEqual(['third'])
    second.end({ output: { b: 2 } })
    expect(trace().map(step => step.path)).toEqual(['second', 'third'])
  })

  test('keeps copies, which a program that changes its lists does not change', () => {
    const { tracer, trace } = collectTrace()
    const passages = ['one']
    tracer.start({ kind: 'predictor', name: 'p', input: { passages } }).end({ output: { nested: { passages } } })
    passages.push('two')
    expect(trace()).toEqual([{ path: 'p', input: { passages: ['one'] }, output: { nested: { passages: ['one'] } } }])
  })

  test('keeps values that are no plain objects as they are', () => {
    const { tracer, trace } = collectTrace()
    const when = new Date(0)
    tracer.start({ kind: 'predictor', name: 'p', input: { when } }).end({ output: {} })
    expect(trace()[0]?.input.when).toBe(when)
  })
})
