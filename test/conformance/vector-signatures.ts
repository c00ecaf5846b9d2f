import { signature } from '../../src/signature/create.ts'
import type { Field } from '../../src/signature/field.ts'
import type { EnumMember, FieldType, ObjectProperty } from '../../src/signature/field-type.ts'
import type { Signature } from '../../src/signature/signature.ts'
import type { Data } from './conformance.ts'

/**
 * The signatures of a file of vectors by name. Their notation has classes where ours has Standard Schemas:
 * `Person{name:str, age:int}`, `Enum Color{RED='red'}`, limits `(ge=0, le=10)`, a default `= 'none'`.
 */
export const vectorSignatures = (data: Data): ReadonlyMap<string, Signature> => {
  const texts = Object.entries((data.signatures ?? {}) as Readonly<Record<string, string>>)
  const classes = new Map<string, FieldType>()
  for (const [, text] of texts) {
    for (const [, kind, name = '', body = ''] of text.matchAll(/(Enum )?(\w+)\{([^}]*)\}/g)) {
      classes.set(name, kind === undefined ? objectType(name, body, classes) : enumType(name, body))
    }
  }
  return new Map(texts.map(([name, text]) => [name, read(text, classes)]))
}

/** A signature in the notation of the vectors. */
const read = (text: string, classes: ReadonlyMap<string, FieldType>): Signature => {
  const [, least] = /\bge=(-?\d+)/.exec(text) ?? []
  const [, most] = /\ble=(-?\d+)/.exec(text) ?? []
  const bare = text.replace(/\s*\(.*$/, '').replace(/(Enum )?(\w+)\{[^}]*\}/g, '$2')
  const parsed = signature(named(bare, classes) as string)
  const limits = { ...(least && { minimum: Number(least) }), ...(most && { maximum: Number(most) }) }
  const resolved = (field: Field): Field => ({
    ...field,
    type: resolve(field.type, classes),
    ...(field.role === 'output' && Object.keys(limits).length > 0 ? { constraints: limits } : {}),
  })
  return { ...parsed, inputs: parsed.inputs.map(resolved), outputs: parsed.outputs.map(resolved) }
}

/** Class names as types the grammar knows: literals that `resolve` finds again. */
const named = (text: string, classes: ReadonlyMap<string, FieldType>): string =>
  [...classes.keys()].reduce(
    (out, name) => out.replace(new RegExp(`(?<![\\w.])${name}\\b`, 'g'), `Literal['class ${name}']`),
    text,
  )

const typeFrom = (text: string, classes: ReadonlyMap<string, FieldType>): FieldType => {
  const [field] = signature(`x -> y: ${named(text, classes)}` as string).outputs
  if (field === undefined) throw new Error(`no type in ${text}`)
  return resolve(field.type, classes)
}

const resolve = (type: FieldType, classes: ReadonlyMap<string, FieldType>): FieldType => {
  if (type.kind === 'literal') return classes.get(String(type.values[0]).replace('class ', '')) ?? type
  if (type.kind === 'list' || type.kind === 'set') return { ...type, items: resolve(type.items, classes) }
  if (type.kind === 'record') return { ...type, values: resolve(type.values, classes) }
  if (type.kind === 'union') return { ...type, members: type.members.map(member => resolve(member, classes)) }
  return type
}

const objectType = (name: string, body: string, classes: ReadonlyMap<string, FieldType>): FieldType => ({
  kind: 'object',
  name,
  properties: body.split(', ').map((text): ObjectProperty => {
    const [, property = '', type = '', preset] = /^(\w+):([^=]+)(?:=(.*))?$/.exec(text) ?? []
    return {
      name: property,
      type: typeFrom(type, classes),
      optional: preset !== undefined,
      ...(preset === undefined ? {} : { default: preset === 'None' ? null : JSON.parse(preset) }),
    }
  }),
})

const enumType = (name: string, body: string): FieldType => ({
  kind: 'enum',
  name,
  members: [...body.matchAll(/(\w+)='([^']*)'/g)].map(
    ([, member = '', value = '']): EnumMember => ({ name: member, value }),
  ),
})
