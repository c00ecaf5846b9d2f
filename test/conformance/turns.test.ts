import { chat } from '../../src/adapters/chat.ts'
import type { Example } from '../../src/data/example.ts'
import type { Message } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import type { SignatureDefinition } from '../../src/signature/infer-definition.ts'
import type { Signature } from '../../src/signature/signature.ts'
import { compared, conformance, type Rule } from './conformance.ts'

interface FieldVector {
  readonly name: string
  readonly io: 'input' | 'output'
  readonly type: string
  readonly desc: string
}

interface TurnsCase {
  readonly signature: string | { readonly instructions: string; readonly fields: readonly FieldVector[] }
  readonly demos: readonly Example[]
  readonly inputs: Example
  readonly turns: readonly Turn[]
}

interface Turn {
  readonly role: string
  readonly markers?: readonly string[]
  readonly parts?: readonly string[]
}

const signatureOf = (source: TurnsCase['signature']): Signature => {
  if (typeof source === 'string') return signature(source)
  const side = (io: FieldVector['io']): SignatureDefinition['inputs'] =>
    Object.fromEntries(
      source.fields.filter(field => field.io === io).map(({ name, type, desc }) => [name, definition(type, desc)]),
    )
  return signature(
    { inputs: side('input') ?? {}, outputs: side('output') ?? {} },
    { instructions: source.instructions },
  )
}

/** A class of the vectors is any JSON here: only the shape of the conversation is compared. */
const definition = (type: string, description: string): { readonly type: string; readonly description: string } => ({
  type: /^[A-Z]\w*$/.test(type) ? 'json' : type,
  description,
})

/** Python's models as the values we take: an image is its address, the rest a plain object. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const { __model__: model, ...rest } = value as Readonly<Record<string, unknown>>
  if (model === 'Image') return { url: /"url": "([^"]+)"/.exec(String(rest.dump))?.[1] }
  return Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, plain(part)]))
}

const turnOf = ({ role, content }: Message): Turn => {
  if (role === 'system') return { role }
  if (typeof content !== 'string')
    return { role, parts: content.map(part => (part.type === 'image' ? 'image_url' : part.type)) }
  return { role, markers: [...content.matchAll(/\[\[ ## (\w+) ## \]\]/g)].map(([, name = '']) => name) }
}

const rules: readonly Rule<TurnsCase, readonly Turn[]>[] = []

conformance<TurnsCase>('turns_chat', testCase => {
  const { messages } = chat.format({
    signature: signatureOf(testCase.signature),
    demos: testCase.demos.map(demo => plain(demo) as Example),
    input: plain(testCase.inputs) as Example,
  })
  return compared(testCase, testCase.turns, messages.map(turnOf), rules)
})
