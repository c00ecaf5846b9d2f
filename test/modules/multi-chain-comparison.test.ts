import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { multiChainComparison } from '../../src/modules/multi-chain-comparison.ts'
import { predict } from '../../src/modules/predict.ts'
import { completionsOf, usageOf } from '../../src/modules/prediction-details.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const say = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`)
    .join('')

const verdict = say({ rationale: 'two of three', answer: 'Paris' })

const lastText = (request: ModelRequest | undefined): string => {
  const message = request?.messages.at(-1)
  return message === undefined ? '' : textOf(message)
}

describe('multiChainComparison', () => {
  test('answers anew after it has read the attempts', async () => {
    const model = scriptedModel([verdict])
    const compare = multiChainComparison('question -> answer')
    const prediction = await compare.run(
      {
        question: 'Capital of France?',
        completions: [
          { reasoning: 'It is big.', answer: 'Paris' },
          { rationale: 'On the Rhône.\nSo:', answer: 'Lyon' },
          { answer: 'Paris' },
        ],
      },
      { model },
    )
    expect(prediction).toEqual({ rationale: 'two of three', answer: 'Paris' })
    expect(model.calls[0]?.temperature).toBe(0.7)
    expect(lastText(model.calls[0])).toContain(
      [
        '[[ ## question ## ]]\nCapital of France?',
        '[[ ## reasoning_attempt_1 ## ]]\nReasoning: It is big.\nanswer: Paris',
        '[[ ## reasoning_attempt_2 ## ]]\nReasoning: On the Rhône.\nSo:\nanswer: Lyon',
        '[[ ## reasoning_attempt_3 ## ]]\nanswer: Paris',
      ].join('\n\n'),
    )
  })

  test("has one predictor, with DSPy's path and DSPy's fields", () => {
    const [only, ...others] = multiChainComparison('question -> answer', { attempts: 2 }).predictors
    expect(others).toEqual([])
    expect(only?.path).toBe('predict')
    expect(only?.signature.inputs.map(({ name }) => name)).toEqual([
      'question',
      'reasoning_attempt_1',
      'reasoning_attempt_2',
    ])
    expect(only?.signature.outputs.map(({ name }) => name)).toEqual(['rationale', 'answer'])
  })

  test('takes the completions of a prediction drawn several times', async () => {
    const model = scriptedModel([say({ answer: 'a' }), say({ answer: 'b' }), say({ answer: 'c' }), verdict])
    const drawn = await predict('question -> answer', { n: 3 }).run({ question: 'q' }, { model })
    const compare = multiChainComparison('question -> answer')
    await compare.run({ question: 'q', completions: completionsOf(drawn) }, { model })
    expect(model.calls.map(({ n, temperature }) => [n, temperature])).toEqual([
      [3, 0.7],
      [undefined, 0.7],
    ])
    expect(lastText(model.calls[1])).toContain('[[ ## reasoning_attempt_3 ## ]]\nanswer: c')
  })

  test('makes the attempts itself where it has a module for it', async () => {
    const attempt = (answer: string): string => say({ reasoning: 'r', answer })
    const model = scriptedModel([attempt('a'), attempt('b'), verdict])
    const compare = multiChainComparison('question -> answer', {
      attempts: 2,
      sample: chainOfThought('question -> answer'),
    })
    const prediction = await compare.run({ question: 'q' }, { model })
    expect(compare.predictors.map(({ path }) => path)).toEqual(['predict', 'sample.predict'])
    expect(usageOf(prediction)).toMatchObject({ calls: 3 })
    expect(model.calls.map(({ rolloutId, temperature }) => [rolloutId, temperature])).toEqual([
      ['0', 0.7],
      ['1', 0.7],
      [undefined, 0.7],
    ])
    const given = scriptedModel([verdict])
    await compare.run({ question: 'q', completions: [{ answer: 'a' }, { answer: 'b' }] }, { model: given })
    expect(given.calls.length).toBe(1)
  })

  test('streams the comparison, and of the attempts only that they are made', async () => {
    const model = scriptedModel([say({ answer: 'a' }), verdict])
    const compare = multiChainComparison('question -> answer', { attempts: 1, sample: predict('question -> answer') })
    const told = new Set<string>()
    for await (const event of compare.stream({ question: 'q' }, { model })) {
      if ('path' in event) told.add(`${event.type} ${event.path}`)
    }
    expect([...told]).toEqual([
      'module-started self',
      'predictor-started sample',
      'predictor-finished sample',
      'predictor-started predict',
      'field predict',
      'predictor-finished predict',
      'module-finished self',
    ])
  })

  test('ends with the first attempt that fails', async () => {
    const down = new ModelError('model/transport', 'Cut.', { model: 'm' })
    const compare = multiChainComparison('question -> answer', { attempts: 2, sample: predict('question -> answer') })
    await expect(
      compare.run({ question: 'q' }, { model: scriptedModel([say({ answer: 'a' }), down, verdict]) }),
    ).rejects.toBe(down)
  })

  test('refuses another number of attempts, and none at all', async () => {
    const model = scriptedModel([])
    const compare = multiChainComparison('question -> answer')
    await expect(compare.run({ question: 'q', completions: [{ answer: 'a' }] }, { model })).rejects.toMatchObject({
      code: 'prediction/input',
      issues: [{ field: 'completions' }],
    })
    await expect(compare.run({ question: 'q' } as never, { model })).rejects.toMatchObject({ code: 'prediction/input' })
    expect(() => multiChainComparison('question -> answer', { attempts: 0 })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid', option: 'attempts' }),
    )
  })
})
