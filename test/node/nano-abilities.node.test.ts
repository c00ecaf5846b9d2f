import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { localModel } from '../../node/index.ts'
import { chainOfThought, predict } from '../../src/index.ts'
import type { Completion, ModelRequest } from '../../src/ports/language-model.ts'

/** The folder of the model: config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx. */
const folder = fileURLToPath(new URL('../../models/nano', import.meta.url))

const plain = localModel(folder)
const thinker = localModel(folder, { thinking: true })
const hasty = localModel(folder, { thinking: true, thinkingBudget: 3 })
afterAll(() => Promise.all([plain, thinker, hasty].map(model => model.close())))

const rows = (task: string, count: number): readonly Record<string, string>[] =>
  readFileSync(new URL(`../../examples/data/${task}/dev.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, count)
    .map(line => JSON.parse(line))

const right = (
  outputs: readonly { readonly [name: string]: unknown }[],
  of: readonly Record<string, string>[],
  name: string,
) => outputs.filter((output, index) => output[name] === of[index]?.[name]).length

const instructions = 'Decide whether the sentiment of the text is positive or negative.'
const texts = rows('sentiment', 20)

describe('a thought', () => {
  const classify = predict("text -> label: 'positive' | 'negative'", { instructions })
  const asked = (text: string): ModelRequest => ({
    messages: [
      {
        role: 'system',
        content: `Inputs:\n- text (string)\nOutputs:\n- label ('positive' | 'negative')\n\nEvery field starts with its marker on a line of its own. Answer in this shape:\n\n[[ ## label ## ]]\n{label}\n\n[[ ## completed ## ]]\n\nTask: ${instructions}`,
      },
      {
        role: 'user',
        content: `[[ ## text ## ]]\n${text}\n\nAnswer with \`[[ ## label ## ]]\`, then \`[[ ## completed ## ]]\`.`,
      },
    ],
  })
  const first = texts[0]?.text ?? ''

  test('comes before the answer and ends by itself', async () => {
    const { completions, usage } = await thinker.generate(asked(first))
    const [{ text, reasoning = '', finishReason }] = completions
    expect(reasoning).toMatch(/^The word that counts is "\w+": \w.+\.$/)
    expect(text).toMatch(/^\[\[ ## label ## \]\]\n(positive|negative)\n\n\[\[ ## completed ## \]\]$/)
    expect(finishReason).toBe('stop')
    expect(usage.reasoningTokens).toBeGreaterThan(3)
  })

  test('is cut at its budget, and the answer follows all the same', async () => {
    const { completions, usage } = await hasty.generate(asked(first))
    const [{ text, reasoning = '', finishReason }] = completions
    expect(reasoning).toMatch(/^The\b/)
    expect(usage.reasoningTokens).toBeLessThan(8)
    expect(text).toContain('[[ ## label ## ]]\n')
    expect(text).not.toContain('think>')
    expect(finishReason).toBe('stop')
  })

  test('is none where the model is not to think', async () => {
    const { completions } = await plain.generate(asked(first))
    expect(completions[0].reasoning).toBeUndefined()
    expect(completions[0].text).toMatch(/^\[\[ ## label ## \]\]\n/)
  })

  test('leaves the answers as good as they are without', async () => {
    const answers = await Promise.all(texts.map(({ text = '' }) => classify.run({ text }, { model: thinker })))
    expect(right(answers, texts, 'label')).toBeGreaterThanOrEqual(14)
  })
})

describe('tools', () => {
  const tool = (name: string, description: string, fields: readonly string[]) => ({
    ...{ name, description },
    parameters: {
      type: 'object',
      properties: Object.fromEntries(fields.map(field => [field, { type: 'string' }])),
      required: fields,
    },
  })
  const weather = tool('weather', 'The weather in a city.', ['city'])
  const jobOf = tool('job_of', 'What a person works as.', ['person'])
  const findPet = tool('find_pet', 'Who keeps an animal.', ['animal', 'city'])
  const ask = async (content: string, rest: Partial<ModelRequest> = {}): Promise<Completion> =>
    (await plain.generate({ messages: [{ role: 'user', content }], ...rest })).completions[0]

  const orderFood = tool('order_food', 'Orders food for a person.', ['food', 'person'])
  const all = [weather, jobOf, findPet]

  test('that fit are called by their names, with the arguments that they have', async () => {
    const questions: readonly (readonly [question: string, name: string, given: Record<string, string>])[] = [
      ['How is the weather in Rome?', 'weather', { city: 'Rome' }],
      ['Is it nice in Tokyo today?', 'weather', { city: 'Tokyo' }],
      ['How is the weather in Cairo?', 'weather', { city: 'Cairo' }],
      ['What does Clara do?', 'job_of', { person: 'Clara' }],
      ['Which job has Nils?', 'job_of', { person: 'Nils' }],
      ['What does Tina do?', 'job_of', { person: 'Tina' }],
      ['Who keeps a parrot in Paris?', 'find_pet', { animal: 'parrot', city: 'Paris' }],
      ['Who keeps a dog in Lima?', 'find_pet', { animal: 'dog', city: 'Lima' }],
    ]
    let exact = 0
    for (const [question, name, given] of questions) {
      const { text, toolCalls = [], finishReason } = await ask(question, { tools: all })
      expect([question, text, finishReason]).toEqual([question, '', 'tool-calls'])
      expect(toolCalls).toMatchObject([{ name }])
      const args = JSON.parse(toolCalls[0]?.arguments ?? '')
      expect(Object.keys(args)).toEqual(Object.keys(given))
      if (JSON.stringify(args) === JSON.stringify(given)) exact += 1
    }
    // Of 158 held-out calls 153 are exact.
    expect(exact).toBeGreaterThanOrEqual(5)
  })

  test('that do not fit are mostly not called', async () => {
    const unfit: readonly (readonly [question: string, tools: typeof all])[] = [
      ['Leo wants rice.', [weather, findPet]],
      ['How is the weather in Oslo?', [jobOf]],
      ['What does Rosa do?', [weather]],
      ['Which job has Nils?', [orderFood, findPet]],
      ['Who keeps a dog in Lima?', [orderFood]],
      ['What does Tina do?', [findPet, weather]],
      ['What does Emma do?', [orderFood]],
      ['Who keeps a cat in Seoul?', [jobOf]],
    ]
    const answers = await Promise.all(unfit.map(([question, tools]) => ask(question, { tools })))
    const plainly = answers.filter(
      ({ text, toolCalls }) => toolCalls === undefined && text === 'None of the tools can tell.',
    )
    // Of 57 held-out episodes it says so in 36, and in 21 calls a tool that nobody offered but the corpus had.
    expect(plainly.length).toBeGreaterThanOrEqual(6)
  })

  test('say what the answer to the question is', async () => {
    const { completions } = await plain.generate({
      tools: [weather, jobOf],
      messages: [
        { role: 'user', content: 'How is the weather in Rome?' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'weather', arguments: '{"city": "Rome"}' }] },
        { role: 'tool', toolCallId: 'a', content: 'rainy' },
      ],
    })
    expect(completions[0]).toEqual({ text: 'It is rainy in Rome.', finishReason: 'stop' })
  })

  test('that must be called are, and with what is asked for beside them a call or that', async () => {
    const tools = [weather, jobOf]
    const schema = {
      type: 'object',
      properties: { no: { type: 'boolean' } },
      required: ['no'],
      additionalProperties: false,
    }
    const asked: Partial<ModelRequest> = { tools, responseSchema: { name: 'answer', schema } }
    expect((await ask('Who are you?', { tools, toolChoice: 'required' })).toolCalls).toHaveLength(1)
    expect(await ask('How is the weather in Rome?', asked)).toMatchObject({
      toolCalls: [{ name: 'weather', arguments: '{"city":"Rome"}' }],
    })
    const { text, toolCalls = [] } = await ask('Who are you?', asked)
    expect(toolCalls.length === 1 || typeof JSON.parse(text).no === 'boolean').toBe(true)
  })
})

describe('several answers at once', () => {
  test('are all given: an answer and the sentence that it is from', async () => {
    const find = predict('context, question -> answer, evidence', {
      instructions: 'Answer the question, and copy the sentence that says so into evidence.',
    })
    const context = 'Anna lives in Oslo. Ben has a flat in Cairo. Anna works as a nurse.'
    const outputs = [
      await find.run({ context, question: 'Where does Ben live?' }, { model: plain }),
      await find.run({ context, question: 'What color is the car of Mia?' }, { model: plain }),
    ]
    expect(outputs[0]).toMatchObject({ answer: 'Cairo', evidence: expect.stringMatching(/^\w.* Cairo\.$/) })
    for (const { answer, evidence } of outputs) expect([typeof answer, typeof evidence]).toEqual(['string', 'string'])
  })

  test('are all given: two labels of one text', async () => {
    const sort = predict("text -> subject: 'hotel' | 'food' | 'phone', opinion: 'positive' | 'negative'", {
      instructions: 'Fill in subject: hotel, food, phone; opinion: positive, negative.',
    })
    const outputs = [
      await sort.run({ text: 'The lobby was beautiful.' }, { model: plain }),
      await sort.run({ text: 'Such a dreary pasta.' }, { model: plain }),
    ]
    expect(outputs).toMatchObject([
      { subject: 'hotel', opinion: 'positive' },
      { subject: 'food', opinion: 'negative' },
    ])
  })
})

test('a chain of thought has a reason and then the answer it leads to', async () => {
  const classify = chainOfThought("text -> label: 'positive' | 'negative'", { instructions })
  const outputs = await Promise.all(texts.map(({ text = '' }) => classify.run({ text }, { model: plain })))
  for (const { reasoning } of outputs) expect(reasoning).toMatch(/^The word that counts is "\w+": /)
  expect(right(outputs, texts, 'label')).toBeGreaterThanOrEqual(14)
})
