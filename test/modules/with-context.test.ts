import { describe, expect, test } from 'vitest'
import { json } from '../../src/adapters/json.ts'
import { ensemble } from '../../src/modules/ensemble.ts'
import { majority } from '../../src/modules/majority.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { withContext } from '../../src/modules/with-context.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const ask = predict('question -> answer')
const say = (answer: string): string => `[[ ## answer ## ]]\n${answer}`

describe('withContext', () => {
  test('gives a module a model, a format and a sampling of its own, value by value', async () => {
    const own = scriptedModel(['{"answer": "own"}'])
    const fixed = withContext(ask, { model: own, adapter: json, sampling: { temperature: 0 } })
    expect(
      await fixed.run({ question: 'q' }, { model: scriptedModel([]), sampling: { temperature: 1, maxTokens: 5 } }),
    ).toEqual({ answer: 'own' })
    expect(own.calls[0]).toMatchObject({ temperature: 0, maxTokens: 5 })
  })

  test('lets one program be asked of several models', async () => {
    const models = ['a', 'b', 'b'].map(answer => scriptedModel([say(answer)]))
    const voting = ensemble(
      models.map(model => withContext(ask, { model })),
      { reduce: answers => majority(answers) },
    )
    expect(await voting.run({ question: 'q' }, { model: scriptedModel([]) })).toEqual({ answer: 'b' })
  })

  test('keeps paths, state and streams, and what was learned later', async () => {
    const own = scriptedModel([say('a')])
    const whole = program('question -> answer', { ask: withContext(ask, { model: own }) }, async (input, { ask }) =>
      ask(input),
    )
    const learned = whole.withState({ ask: { ...whole.state.ask, demos: [{ question: 'x', answer: 'y' }] } as never })
    const paths = new Set<string>()
    for await (const event of learned.stream({ question: 'q' }, { model: scriptedModel([]) })) {
      if (event.type === 'field') paths.add(event.path)
    }
    expect([...paths]).toEqual(['ask'])
    expect(own.calls[0]?.messages.length).toBe(4)
  })
})
