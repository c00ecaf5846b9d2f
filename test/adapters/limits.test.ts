import { describe, expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import { xml } from '../../src/adapters/xml.ts'
import { linearPattern } from '../../src/data/linear-pattern.ts'
import { predict } from '../../src/modules/predict.ts'
import { signature } from '../../src/signature/create.ts'
import type { FieldType } from '../../src/signature/field-type.ts'
import { outputJsonSchema } from '../../src/signature/json-schema.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const order = linearPattern('^[A-Z]{2}-\\d{3}$')

const task = signature({
  inputs: { mail: 'string' },
  outputs: { order: { constraints: { pattern: order, maxLength: 6 } } },
})

describe('the limits of a field', () => {
  test.each([chat, json, xml])('are told to the model, in $name', adapter => {
    const [system] = adapter.format({ signature: task, demos: [], input: { mail: 'm' } }).messages
    expect(system?.content).toContain(
      '- order (string): at most 6 long; matching the regular expression ^[A-Z]{2}-\\d{3}$',
    )
  })

  test('are in the schema of the answer', () => {
    expect(outputJsonSchema(task).properties).toEqual({
      order: { type: 'string', maxLength: 6, pattern: '^[A-Z]{2}-\\d{3}$' },
    })
  })

  test('are enforced, and an answer that breaks one is asked for again', async () => {
    const model = scriptedModel(['[[ ## order ## ]]\nab-1', '[[ ## order ## ]]\nAB-123'])
    expect(await predict(task).run({ mail: 'm' }, { model })).toEqual({ order: 'AB-123' })
    expect(model.calls[1]?.messages.at(-1)?.content).toContain(
      'order: expected matching the regular expression ^[A-Z]{2}-\\d{3}$',
    )
  })

  test('hold for what is inside of an object', () => {
    const type: FieldType = {
      kind: 'object',
      name: 'Line',
      properties: [
        { name: 'order', type: { kind: 'string' }, optional: false, constraints: { pattern: order } },
        { name: 'count', type: { kind: 'integer' }, optional: false, constraints: { minimum: 1 } },
      ],
    }
    const lines = signature({ inputs: { mail: 'string' }, outputs: { line: { type } } })
    const read = (value: object): unknown =>
      json.parse(lines, { text: JSON.stringify({ line: value }), finishReason: 'stop' }).line
    expect(read({ order: 'AB-123', count: 1 })).toEqual({ order: 'AB-123', count: 1 })
    expect(() => read({ order: 'AB-123', count: 0 })).toThrow("line: 'count': expected at least 1")
    expect(() => read({ order: 'x', count: 1 })).toThrow("line: 'order': expected matching the regular expression")
    expect(outputJsonSchema(lines).properties).toMatchObject({
      line: { properties: { order: { pattern: order.source }, count: { minimum: 1 } } },
    })
  })
})
