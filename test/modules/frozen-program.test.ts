import { describe, expect, test } from 'vitest'
import {
  chainOfThought,
  chat,
  frozen,
  importedProgram,
  json,
  type LanguageModel,
  labeledFewShot,
  loadProgram,
  type Message,
  messagesOf,
  predict,
  program,
  refine,
  saveProgram,
  withContext,
} from '../../src/index.ts'
import { importedSignature } from '../../src/modules/frozen-program.ts'
import { scriptedModel } from '../../src/testing/index.ts'
import { frozenExample, frozenFile, frozenState } from '../adapters/frozen-example.ts'

const answer = '[[ ## answer ## ]]\nyes\n\n[[ ## score ## ]]\n0.5'
const input = { question: 'Why?' }
const textOfMessage = ({ content }: Message): string => (typeof content === 'string' ? content : '')

describe('importedProgram', () => {
  test('rebuilds a predictor from the types in the file, and asks with its frozen prompts', async () => {
    const imported = await importedProgram(frozenFile())
    const prediction = await imported.run(input, { model: scriptedModel([answer]) })
    expect(prediction).toEqual({ answer: 'yes', score: 0.5 })
    expect(messagesOf(prediction).map(({ content }) => content)).toEqual([
      'Given:\n- question: \n- weights:\nDo:\n    Answer.\n    Be sure.',
      'Q: Why?\n\nGo.',
    ])
    expect(imported.predictors[0]?.prompt(input).messages).toEqual(messagesOf(prediction))
  })

  test('keeps the prompts when the program learns, is saved and comes back', async () => {
    const train = [{ question: 'One?', weights: [1], answer: 'one', score: 1 }]
    const imported = await importedProgram(frozenFile())
    const { program: learned } = await labeledFewShot().optimize(imported, {
      train,
      metric: () => true,
      model: scriptedModel([]),
    })
    const contents = learned.predictors[0]?.prompt(input).messages.map(({ content }) => content)
    expect(contents?.slice(1, 3)).toEqual(['Q: One?', 'A: one (1.0)'])
    const back = await importedProgram(await saveProgram(learned, { adapter: 'frozen' }))
    expect(back.predictors[0]?.prompt(input).messages.map(({ content }) => content)).toEqual(contents)
  })

  test('rebuilds a chain of thought, its reasoning as the file has it', async () => {
    const reasoning = { name: 'reasoning', role: 'output', type: { kind: 'string' } }
    const [question, weights, ...outputs] = frozenExample.fields
    const state = frozenState({}, { ...frozenExample, fields: [question, weights, reasoning, ...outputs] })
    const fields = [...state.signature.fields, { prefix: '', description: '' }]
    const metadata = { kkachi: { format: 1, module: 'chain-of-thought', adapter: 'frozen' } }
    const text = JSON.stringify({ predict: { ...state, signature: { ...state.signature, fields } }, metadata })
    const imported = await importedProgram(text)
    expect(imported.kind).toBe('chain-of-thought')
    expect(imported.signature.outputs.map(({ name }) => name)).toEqual(['reasoning', 'answer', 'score'])
    expect(importedSignature(text)?.outputs.map(({ name }) => name)).toEqual(['answer', 'score'])
    expect(imported.predictors[0]?.prompt(input).messages[1]?.content).toBe('Q: Why?\n\nGo.')
  })

  test('gives every predictor of a program of ours the prompts of its path', async () => {
    const inner = predict('question, weights?: float[] -> answer, score: float')
    const rag = program(
      'question -> answer',
      { hop: chainOfThought('question -> query'), steps: [inner] },
      ({ question }, { steps }) => steps[0]({ question }),
    )
    const text = JSON.stringify({
      ...rag.state,
      'steps[0]': frozenState(),
      metadata: { kkachi: { format: 1, module: 'program', adapter: 'frozen' } },
    })
    const imported = await importedProgram(text, rag)
    const prediction = await imported.run(input, { model: scriptedModel([answer]) })
    expect(prediction.answer).toBe('yes')
    const [hop, step] = imported.predictors
    expect(step?.prompt(input).messages[1]?.content).toBe('Q: Why?\n\nGo.')
    expect(hop?.prompt(input)).toEqual(rag.predictors[0]?.prompt(input))
    // As one part of a larger program they stay its own.
    const larger = program('question -> answer', { rag: imported }, (given, children) => children.rag(given))
    expect(larger.predictors[1]?.prompt(input, { adapter: json }).messages).toEqual(step?.prompt(input).messages)
  })

  test('takes the advice of refine, which is an input it was not frozen with', async () => {
    const tried = refine(await importedProgram(frozenFile()), {
      n: 2,
      threshold: 1,
      reward: (_, { score }) => Number(score),
    })
    const asked: string[] = []
    const advice = scriptedModel([
      answer,
      '[[ ## discussion ## ]]\nd\n\n[[ ## advice ## ]]\n{"self": "Look twice."}',
      answer.replace('0.5', '1'),
    ])
    const model: LanguageModel = {
      ...advice,
      generate: request => {
        asked.push(request.messages.map(textOfMessage).join('\n'))
        return advice.generate(request)
      },
    }
    await tried.run(input, { model }).catch(() => undefined)
    expect(asked.at(-1)).toContain('Go.\n\n[[ ## hint_ ## ]]\n')
  })

  test('loadProgram with the adapter `frozen` is the same', async () => {
    const plain = await loadProgram(frozenFile(), predict('question, weights?: float[] -> answer, score: float'))
    const imported = await importedProgram(frozenFile())
    expect(plain.prompt(input, { adapter: frozen })).toEqual(imported.predictors[0]?.prompt(input))
  })

  test('is never asked in words of ours because nobody said otherwise', async () => {
    const loaded = await loadProgram(frozenFile(), { signature: importedSignature(frozenFile()) ?? '' })
    const model = scriptedModel([answer])
    await expect(loaded.run(input, { model })).rejects.toMatchObject({
      code: 'configuration/missing',
      option: 'adapter',
    })
    expect(() => loaded.predictors[0]?.prompt(input)).toThrow(/importedProgram/)
    expect(model.calls).toEqual([])
    expect(await loaded.run(input, { model, adapter: chat })).toEqual({ answer: 'yes', score: 0.5 })
  })

  test('refuses a file with nothing frozen, one frozen for other fields, and one whose prompts are no prompts', async () => {
    const file = await saveProgram(predict('question -> answer'))
    await expect(importedProgram(file)).rejects.toMatchObject({ code: 'program-file/mismatch' })
    const five = predict('a, b, c -> d, e')
    await expect(importedProgram(frozenFile(), five)).rejects.toMatchObject({ code: 'program-file/mismatch' })
    const broken = frozenFile({}, { ...frozenExample, parser: 'none' })
    await expect(importedProgram(broken)).rejects.toMatchObject({ code: 'program-file/shape' })
  })
})

describe('withContext', () => {
  test('tells the prompts of the format it fixes, in every state', async () => {
    const plain = predict('question -> answer')
    const fixed = withContext(plain, { adapter: json })
    const asJson = plain.prompt(input, { adapter: json })
    expect(fixed.prompt(input)).toEqual(asJson)
    expect(fixed.predictors[0]?.prompt(input)).toEqual(asJson)
    expect(fixed.withState(plain.state).prompt(input)).toEqual(asJson)
    const prediction = await fixed.run(input, { model: scriptedModel(['{"answer": "so"}']) })
    expect(prediction.answer).toBe('so')
    const events: string[] = []
    for await (const event of fixed.stream(input, { model: scriptedModel(['{"answer": "so"}']) })) {
      if (event.type === 'field') events.push(event.delta)
    }
    expect(events.join('')).toBe('so')
    expect(plain.prompt(input)).not.toEqual(asJson)
  })
})
