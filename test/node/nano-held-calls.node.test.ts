import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { localModel } from '../../node/index.ts'
import type { LocalModel } from '../../src/inference/index.ts'
import type { Completion, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import type { ToolDefinition } from '../../src/ports/message.ts'
import { schemaChecker } from '../../src/tools/schema-checker.ts'

const folder = fileURLToPath(new URL('../../models/nano', import.meta.url))

const held = localModel(folder)
const thinker = localModel(folder, { thinking: true, thinkingBudget: 6 })
/** The same network, whose calls nothing holds. */
const free = localModel(folder, { grammar: false })
afterAll(() => Promise.all([held, thinker, free].map(model => model.close())))

const tool = (name: string, description: string, fields: readonly string[]): ToolDefinition => ({
  ...{ name, description },
  parameters: {
    type: 'object',
    properties: Object.fromEntries(fields.map(field => [field, { type: 'string', maxLength: 40 }])),
    required: fields,
  },
})
const weather = tool('weather', 'The weather in a city.', ['city'])
const jobOf = tool('job_of', 'What a person works as.', ['person'])
const findPet = tool('find_pet', 'Who keeps an animal.', ['animal', 'city'])
const orderFood = tool('order_food', 'Orders food for a person.', ['food', 'person'])

/** What nano was taught to ask a tool about, and tools of which none fits; where it is free it calls others for some of them. */
const unfit: readonly (readonly [question: string, tools: readonly ToolDefinition[]])[] = [
  ['How is the weather in Oslo?', [findPet]],
  ['Who keeps a dog in Lima?', [weather]],
  ['Who keeps a cat in Seoul?', [weather]],
  ['How is the weather in Cairo and in Rome?', [findPet]],
  ['How is the weather in Cairo and in Rome?', [orderFood]],
  ['Leo wants rice.', [weather, findPet]],
  ['What does Rosa do?', [weather, orderFood]],
  ['Which job has Nils?', [orderFood, findPet]],
]

const ask = async (model: LocalModel, content: string, rest: Partial<ModelRequest>): Promise<Completion> =>
  (await model.generate({ messages: [{ role: 'user', content }], maxTokens: 200, ...rest })).completions[0]

const strangers = ({ toolCalls = [] }: Completion, tools: readonly ToolDefinition[]): readonly string[] =>
  toolCalls.map(({ name }) => name).filter(called => !tools.some(({ name }) => name === called))

/** Whether a call is of a tool that is offered, with arguments that it takes. */
const isHeld = (tools: readonly ToolDefinition[], name: string, given: string): boolean => {
  const { parameters } = tools.find(one => one.name === name) ?? {}
  if (parameters === undefined) return false
  return schemaChecker(parameters, { unknownKeywords: 'refuse' })(JSON.parse(given)) === undefined
}

const expectHeld = (answer: Completion, tools: readonly ToolDefinition[]): void => {
  const { toolCalls = [] } = answer
  expect([answer, toolCalls.every(call => isHeld(tools, call.name, call.arguments))]).toEqual([answer, true])
}

describe('where no tool fits', () => {
  test('a free network calls tools that nobody offered, and a held one never', async () => {
    let wild = 0
    for (const [question, tools] of unfit) {
      wild += strangers(await ask(free, question, { tools }), tools).length
      expectHeld(await ask(held, question, { tools }), tools)
      expectHeld(await ask(thinker, question, { tools }), tools)
    }
    expect(wild).toBeGreaterThan(0)
  })

  test('it does not at any temperature either', async () => {
    const asked = unfit.flatMap(([question, tools]) =>
      Array.from({ length: 6 }, (_, seed) => ({ question, tools, seed, temperature: 0.5 + seed * 0.3 })),
    )
    const answers = await Promise.all(asked.map(({ question, ...rest }) => ask(held, question, rest)))
    for (const [index, answer] of answers.entries()) expectHeld(answer, asked[index]?.tools ?? [])
    expect(answers.filter(({ toolCalls }) => toolCalls !== undefined).length).toBeGreaterThan(5)
  })
})

test('answers are the same tokens as without, where nothing is held back', async () => {
  const tools = [weather, jobOf]
  const questions = ['How is the weather in Rome?', 'What does Clara do?', 'Who are you?', 'Who keeps a dog in Lima?']
  let same = 0
  for (const question of questions) {
    for (const sampling of [{}, { temperature: 0.7, seed: 1 }, { temperature: 1, topP: 0.9, seed: 2 }]) {
      const events = [held, free].map(async model => {
        const told: ModelEvent[] = []
        const request = { messages: [{ role: 'user' as const, content: question }], tools, maxTokens: 60, ...sampling }
        for await (const event of model.stream(request)) told.push(event)
        return told
      })
      const [ours = [], theirs = []] = await Promise.all(events)
      const calls = theirs.filter(event => event.type === 'tool-call')
      if (!calls.every(({ name = '', argumentsDelta }) => isHeld(tools, name, argumentsDelta))) continue
      expect(ours).toEqual(theirs)
      same += 1
    }
  }
  expect(same).toBeGreaterThan(6)
})
