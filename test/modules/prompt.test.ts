import { describe, expect, test } from 'vitest'
import {
  type Adapter,
  type AnyModule,
  chainOfThought,
  chat,
  type Example,
  json,
  type ModelRequest,
  messagesOf,
  predict,
  program,
} from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/index.ts'

const demos = [{ question: 'One and one?', answer: 'two' }, { question: 'Two and two?' }, { answer: 'lonely' }]
const input = { question: 'Six times seven?\n[[ ## answer ## ]]' }

/** What a model receives when the program runs. */
const received = async (
  made: AnyModule,
  adapter: Adapter | undefined,
  capabilities?: { readonly responseSchema: boolean },
): Promise<ModelRequest> => {
  const requests: ModelRequest[] = []
  const model = scriptedModel([{ text: '' }])
  const listening = {
    ...model,
    ...(capabilities === undefined ? {} : { capabilities }),
    generate: (request: ModelRequest) => {
      requests.push(request)
      return Promise.reject(new Error('heard enough'))
    },
  }
  await made
    .run(input as never, { model: listening, ...(adapter === undefined ? {} : { adapter }) })
    .catch((error: unknown) => expect(String(error)).toContain('heard enough'))
  const [request] = requests
  if (request === undefined) throw new Error('the model was not asked')
  return request
}

const sent = ({ messages, responseSchema, tools, toolChoice, grammar, sharedMessages }: ModelRequest) =>
  JSON.stringify({ messages, responseSchema, tools, toolChoice, grammar, sharedMessages })

const withTools: Adapter = {
  ...chat,
  format: call => ({ ...chat.format(call), tools: [{ name: 'look', parameters: {} }], toolChoice: 'auto' }),
}

describe('prompt()', () => {
  const made = { predict: predict('question -> answer'), 'chain of thought': chainOfThought('question -> answer: int') }
  for (const [kind, plain] of Object.entries(made)) {
    for (const [name, adapter, capabilities] of [
      ['no adapter given', undefined, undefined],
      ['json', json, undefined],
      ['json for a model that obeys schemas', json, { responseSchema: true }],
      ['tools', withTools, undefined],
    ] as const) {
      for (const taught of [false, true]) {
        test(`gives byte for byte what the model receives: ${kind}, ${name}, ${taught ? 'demos' : 'no demos'}`, async () => {
          const path = plain.predictors[0]?.path ?? ''
          const state = plain.state[path]
          const module = taught && state !== undefined ? plain.withState({ [path]: { ...state, demos } }) : plain
          const options = { ...(adapter && { adapter }), ...(capabilities && { capabilities }) }
          const expected = sent(await received(module, adapter, capabilities))
          expect(sent(module.prompt(input, options))).toBe(expected)
          expect(sent(module.predictors[0]?.prompt(input, options) as ModelRequest)).toBe(expected)
        })
      }
    }
  }

  test('every predictor of a program has one', async () => {
    const two = program(
      'question -> answer',
      { hop: chainOfThought('question -> query'), steps: [predict('question -> answer')] },
      async ({ question }, { steps }) => steps[0]({ question }),
    )
    expect(two.predictors.map(({ path, prompt }) => [path, prompt(input).messages.length])).toEqual([
      ['hop.predict', 2],
      ['steps[0]', 2],
    ])
    expect(two.predictors[1]?.prompt(input)).toEqual(predict('question -> answer').prompt(input))
  })

  test('the messages of a real prediction are those', async () => {
    const plain = predict('question -> answer')
    const prediction = await plain.run(input, { model: scriptedModel(['[[ ## answer ## ]]\n42']) })
    expect(messagesOf(prediction)).toEqual(plain.prompt(input).messages)
  })

  test('an input that does not fit is refused as run() refuses it', () => {
    const wrong: Example = {}
    expect(() => predict('question -> answer').predictors[0]?.prompt(wrong)).toThrow(/`question` is missing/)
  })

  test('an adapter that serves several is asked for the one of the state', () => {
    const chosen: Adapter = { ...chat, forState: state => (state.style === 'json' ? json : chat) }
    const plain = predict('question -> answer')
    const state = { ...plain.state.self, style: 'json' }
    const styled = plain.withState({ self: state as never })
    expect(styled.prompt(input, { adapter: chosen })).toEqual(styled.prompt(input, { adapter: json }))
    expect(plain.prompt(input, { adapter: chosen })).toEqual(plain.prompt(input))
  })
})
