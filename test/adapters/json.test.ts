import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { json } from '../../src/adapters/json.ts'
import { signature } from '../../src/signature/create.ts'
import { describeAdapter } from '../contracts/adapter-contract.ts'

describeAdapter({ adapter: json, answer: (_, values) => JSON.stringify(values) })

const read = (source: string, text: string): Record<string, unknown> =>
  json.parse(signature(source), { text, finishReason: 'stop' })

describe('the JSON prompt', () => {
  const call = {
    signature: signature("text -> label: 'a' | 'b', why"),
    demos: [{ text: 't', label: 'a', why: 'w' }],
    input: { text: 'u' },
  }

  test('shows the shape of the object and gives demos as JSON', () => {
    const { messages, responseSchema } = json.format(call)
    expect(messages[0]?.content).toContain('{\n  "label": {label},\n  "why": {why}\n}')
    expect(messages[2]).toEqual({ role: 'assistant', content: '{\n  "label": "a",\n  "why": "w"\n}' })
    expect(messages[3]?.content).toBe('[[ ## text ## ]]\nu\n\nAnswer with a JSON object of `label`, `why`.')
    expect(responseSchema).toBeUndefined()
  })

  test('gives the schema of the outputs to a model that obeys one', () => {
    expect(json.format({ ...call, capabilities: { responseSchema: true } }).responseSchema).toMatchObject({
      schema: { type: 'object', required: ['label', 'why'], additionalProperties: false },
    })
  })
})

describe('reading a JSON answer', () => {
  test.each([
    ['{"answer": "x"}', 'x'],
    ['```json\n{"answer": "x"}\n```', 'x'],
    ['Here: {"answer": "x"} as asked', 'x'],
    ['Text {not json} then {"answer": "x"}', 'x'],
    ['<think>{"answer": "draft"}</think>{"answer": "x"}', 'x'],
    ["{answer: 'x',}", 'x'],
    ['{"answer": "a \\"quoted\\" word"}', 'a "quoted" word'],
    ['{"answer": 5}', '5'],
  ])('%j is read as %j', (text, answer) => {
    expect(read('question -> answer', text)).toEqual({ answer })
  })

  test('a null is no text', () => {
    expect(() => read('question -> answer', '{"answer": null}')).toThrowError(
      expect.objectContaining({ code: 'prediction/invalid' }),
    )
  })

  test('a Standard Schema says what fits and what it becomes', () => {
    const typed = signature({
      inputs: { text: 'string' },
      outputs: { person: z.object({ name: z.string(), age: z.coerce.number() }) },
    })
    const answer = (text: string) => json.parse(typed, { text, finishReason: 'stop' })
    expect(answer('{"person": {"name": "Ann", "age": "3"}}')).toEqual({ person: { name: 'Ann', age: 3 } })
    expect(() => answer('{"person": {"age": 3}}')).toThrowError(
      expect.objectContaining({ issues: [{ field: 'person', problem: expect.stringContaining("'name'") }] }),
    )
  })

  test('a field streams as its text, without quotes and escapes, while other values come as they are written', () => {
    const parser = json.parser(signature('question -> answer, list: list[int]'))
    const told = [...'{"answer": "l\\u00e9\\n1", "list": [1, 2], "other": "x"}'].flatMap(character =>
      parser.push(character),
    )
    const joined = (field: string): string =>
      told
        .filter(one => one.field === field)
        .map(one => one.delta)
        .join('')
    expect([joined('answer'), joined('list'), joined('other')]).toEqual(['lé\n1', '[1, 2]', ''])
  })
})
