import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compact } from '../../src/adapters/compact.ts'
import { json } from '../../src/adapters/json.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { predict } from '../../src/modules/predict.ts'
import { textOf } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import type { Signature } from '../../src/signature/signature.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { describeAdapter } from '../contracts/adapter-contract.ts'

describeAdapter({ adapter: compact, answer: (_, values) => JSON.stringify(values) })

/** What stands between the shape and the task in the system message. */
const shown = (source: Signature): string => {
  const [system] = compact.format({ signature: source, demos: [], input: {} }).messages
  const text = system === undefined ? '' : textOf(system)
  return text.slice(text.indexOf('shape:') + 'shape:\n\n'.length, text.indexOf('\n\nTask:'))
}

const outputs = (types: Record<string, unknown>): Signature =>
  signature({ inputs: { text: 'string' }, outputs: types as { answer: 'string' } }) as unknown as Signature

describe('the compact prompt', () => {
  test('shows the outputs as a TypeScript type, with what is said about them as comments', () => {
    const source = signature(
      {
        inputs: { scan: 'string' },
        outputs: {
          label: { type: "'spam' | 'ham'", description: 'what it is' },
          score: { type: 'float', description: 'how\nsure', constraints: { minimum: 0, maximum: 1 } },
          note: { type: 'string', optional: true },
          pairs: 'list[tuple[int, str]]',
          counts: 'dict[str, int]',
          parts: "list['a' | 'b']",
        },
      },
      { instructions: 'Judge the scan.' },
    )
    const { messages, sharedMessages } = compact.format({
      signature: source,
      demos: [{ scan: 'x', label: 'ham', score: 1, pairs: [], counts: {}, parts: ['a'] }],
      input: { scan: 'y' },
    })
    expect(sharedMessages).toBe(3)
    expect(messages[0]?.content).toBe(`Inputs:
- scan (string)

Answer with one JSON object and nothing else, in this shape:

{
  // what it is
  label: "spam" | "ham",
  // how sure
  // at least 0; at most 1
  score: number,
  note: string | null,
  pairs: [integer, string][],
  counts: { [key: string]: integer },
  parts: ("a" | "b")[],
}

Task: Judge the scan.`)
    expect(JSON.parse(textOf(messages[2] ?? { role: 'user', content: '' }))).toMatchObject({
      label: 'ham',
      parts: ['a'],
    })
  })

  test('shows the objects of a schema, in a fraction of what its JSON schema takes', () => {
    const line = z.object({
      text: z.string().describe('as printed'),
      amount: z.number().min(0).optional(),
      due: z.iso.date(),
      'unit price': z.number().nullable(),
    })
    const source = outputs({ invoice: z.object({ number: z.string(), lines: z.array(line).max(9) }) })
    expect(shown(source)).toBe(`{
  invoice: {
    number: string,
    // at most 9 long
    lines: {
      // as printed
      text: string,
      // at least 0
      amount?: number,
      // format date
      due: string,
      "unit price": number | null,
    }[],
  },
}`)
    const [system] = json.format({ signature: source, demos: [], input: {} }).messages
    expect(shown(source).length).toBeLessThan((system === undefined ? '' : textOf(system)).length / 2)
  })

  test('names what holds itself and what stands in several places, once', () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node)
      },
    })
    const person = z.object({ name: z.string() }).meta({ id: 'Person' })
    const source = outputs({ tree: node, letter: z.object({ from: person, to: z.array(person) }) })
    expect(shown(source)).toBe(`type Tree = {
  name: string,
  children: Tree[],
}

type Person = {
  name: string,
}

{
  tree: Tree,
  letter: {
    from: Person,
    to: Person[],
  },
}`)
  })

  test('stays short for definitions that multiply', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => {
        const $ref = `#/$defs/T${index + 1}`
        return [
          `T${index}`,
          index === 39 ? { type: 'string' } : { type: 'object', properties: { a: { $ref }, b: { $ref } } },
        ]
      }),
    )
    const type = {
      kind: 'schema' as const,
      schema: z.unknown(),
      jsonSchema: { $ref: '#/$defs/T0', $defs },
    }
    const [field] = signature('text -> deep').outputs
    if (field === undefined) throw new Error('no field')
    const source = { ...signature('text -> deep'), outputs: [{ ...field, type }] }
    expect(shown(source).length).toBeLessThan(5_000)
  })

  test('shows an input of a schema by its value', () => {
    const source = signature({ inputs: { person: z.object({ name: z.string() }) }, outputs: { answer: 'string' } })
    const { messages } = compact.format({ signature: source, demos: [], input: { person: { name: 'Ann' } } })
    expect(messages[0]?.content).toContain('- person (JSON)')
    expect(messages[1]?.content).toContain('{"name":"Ann"}')
  })
})

describe.each([json, compact])('$name and a native schema', adapter => {
  const ask = predict('text -> label')

  test('a model that obeys schemas gets one, others get none', async () => {
    const answer = '{"label": "x"}'
    const able = scriptedModel([answer], { capabilities: { responseSchema: true } })
    const plain = scriptedModel([answer])
    await ask.run({ text: 't' }, { model: able, adapter })
    await ask.run({ text: 't' }, { model: plain, adapter })
    expect(able.calls[0]?.responseSchema).toMatchObject({ name: 'answer', schema: { required: ['label'] } })
    expect(plain.calls[0]?.responseSchema).toBeUndefined()
  })

  test('a model that refuses the schema fails by name, and is not asked without one', async () => {
    const refusal = new ModelError('model/request', 'refused the schema. Check it.', { model: 'm', status: 400 })
    const model = scriptedModel([refusal, '{"label": "x"}'], { capabilities: { responseSchema: true } })
    await expect(ask.run({ text: 't' }, { model, adapter })).rejects.toBe(refusal)
    expect(model.calls).toHaveLength(1)
  })
})
