import { chat } from '../../src/adapters/chat.ts'
import { xml } from '../../src/adapters/xml.ts'
import type { Example } from '../../src/data/example.ts'
import type { Adapter } from '../../src/ports/adapter.ts'
import type { Message } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import type { Field } from '../../src/signature/field.ts'
import type { FieldType, ObjectProperty } from '../../src/signature/field-type.ts'
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

const signatureOf = ({ signature: source, demos, inputs }: TurnsCase): Signature => {
  if (typeof source === 'string') return signature(source)
  const side = (io: FieldVector['io']): SignatureDefinition['inputs'] =>
    Object.fromEntries(
      source.fields.filter(field => field.io === io).map(({ name, type, desc }) => [name, definition(type, desc)]),
    )
  const parsed = signature(
    { inputs: side('input') ?? {}, outputs: side('output') ?? {} },
    { instructions: source.instructions },
  )
  const classes = new Map([...demos, inputs].flatMap(classesIn))
  const typeOf = (name: string, type: FieldType): FieldType => {
    const written = source.fields.find(field => field.name === name)?.type ?? ''
    const [, list, bare = ''] = /^(list\[)?(\w+)\]?$/.exec(written) ?? []
    const found = classes.get(bare)
    return found === undefined ? type : list === undefined ? found : { kind: 'list', items: found }
  }
  const resolved = (field: Field): Field => ({ ...field, type: typeOf(field.name, field.type) })
  return { ...parsed, inputs: parsed.inputs.map(resolved), outputs: parsed.outputs.map(resolved) }
}

/** A class of the vectors stands for JSON until its properties are known from a value. */
const definition = (type: string, description: string): { readonly type: string; readonly description: string } => ({
  type: /^(list\[)?[A-Z]\w*\]?$/.test(type) ? 'json' : type,
  description,
})

/** The classes that the values of a row show, by their properties. */
const classesIn = (row: unknown): [string, FieldType][] => {
  if (typeof row !== 'object' || row === null) return []
  const { __model__: name, ...parts } = row as Readonly<Record<string, unknown>>
  const below = Object.values(parts).flatMap(classesIn)
  if (typeof name !== 'string' || name === 'Image') return below
  const properties = Object.keys(parts).map(
    (property): ObjectProperty => ({ name: property, type: { kind: 'json' }, optional: false }),
  )
  return [...below, [name, { kind: 'object', name, properties }]]
}

/** Python's models as the values we take: an image is its address, the rest a plain object. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const { __model__: model, ...rest } = value as Readonly<Record<string, unknown>>
  if (model === 'Image') return { url: /"url": "([^"]+)"/.exec(String(rest.dump))?.[1] }
  return Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, plain(part)]))
}

const turnOf =
  (marker: RegExp) =>
  ({ role, content }: Message): Turn => {
    if (role === 'system') return { role }
    if (typeof content !== 'string')
      return { role, parts: content.map(part => (part.type === 'image' ? 'image_url' : part.type)) }
    return { role, markers: [...content.matchAll(marker)].map(([, name = '']) => name) }
  }

const rules: readonly Rule<TurnsCase, readonly Turn[]>[] = []

const turns = (file: string, adapter: Adapter, marker: RegExp): void =>
  conformance<TurnsCase>(file, testCase => {
    const { messages } = adapter.format({
      signature: signatureOf(testCase),
      demos: testCase.demos.map(demo => plain(demo) as Example),
      input: plain(testCase.inputs) as Example,
    })
    return compared(testCase, testCase.turns, messages.map(turnOf(marker)), rules)
  })

turns('turns_chat', chat, /\[\[ ## (\w+) ## \]\]/g)
turns('turns_xml', xml, /<(\w+)>/g)
