import { dedent } from './dedent.ts'
import type { Field } from './field.ts'
import type { FieldDefinition, FieldOptions } from './field-definition.ts'
import { defaultDescription, defaultPrefix, fieldOf } from './field-of.ts'
import type { WithChanged, WithField, WithoutField, WithRenamed } from './infer-operations.ts'
import { duplicateField } from './parse.ts'
import { defaultInstructions, type Signature } from './signature.ts'
import { unknownField } from './unknown-field.ts'

/**
 * The same fields under other instructions; blank ones bring back the default.
 *
 * @example
 * withInstructions(signature('question -> answer'), 'Answer in one word.')
 */
export const withInstructions = <I, O>(signature: Signature<I, O>, instructions: string): Signature<I, O> => {
  const text = dedent(instructions)
  const { inputs, outputs } = signature
  return { ...signature, instructions: text === '' ? defaultInstructions(inputs, outputs) : text }
}

/**
 * The signature with a field added in front of its side.
 *
 * @throws SignatureError `signature/duplicate-field`, and what a wrong type throws
 * @example
 * prepend(signature('question -> answer'), 'output', 'reasoning')
 */
export const prepend = <
  I,
  O,
  const Role extends Field['role'],
  const Name extends string,
  const D extends FieldDefinition = 'string',
>(
  signature: Signature<I, O>,
  role: Role,
  name: Name,
  definition?: D,
): WithField<I, O, Role, Name, D> => insert<I, O, Role, Name, D>(signature, role, 0, name, definition)

/**
 * The signature with a field added at the end of its side.
 *
 * @throws SignatureError `signature/duplicate-field`, and what a wrong type throws
 * @example
 * append(signature('question -> answer'), 'output', 'confidence', 'number')
 */
export const append = <
  I,
  O,
  const Role extends Field['role'],
  const Name extends string,
  const D extends FieldDefinition = 'string',
>(
  signature: Signature<I, O>,
  role: Role,
  name: Name,
  definition?: D,
): WithField<I, O, Role, Name, D> => insert<I, O, Role, Name, D>(signature, role, -1, name, definition)

/**
 * The signature with a field added before the one at `index` of its side; negative counts from the end, -1 is behind the
 * last field, as in DSPy 3.4.1.
 *
 * @throws RangeError when the side has no such place; SignatureError `signature/duplicate-field`, and what a wrong type
 *   throws
 * @example
 * insert(signature('question -> answer'), 'input', 0, 'context', 'string[]')
 */
export const insert = <
  I,
  O,
  const Role extends Field['role'],
  const Name extends string,
  const D extends FieldDefinition = 'string',
>(
  signature: Signature<I, O>,
  role: Role,
  index: number,
  name: Name,
  definition?: D,
): WithField<I, O, Role, Name, D> => {
  if (namesOf(signature).includes(name)) throw duplicate(name)
  const side = sideOf(signature, role)
  const place = index < 0 ? side.length + index + 1 : index
  if (!Number.isInteger(index) || place < 0 || place > side.length) {
    throw new RangeError(
      `Expected a place from ${-side.length - 1} to ${side.length} among the ${role}s, got ${index}.`,
    )
  }
  const added = fieldOf(name, role, definition ?? 'string')
  // The compiler cannot follow a role into a conditional type.
  return withSide(signature, role, side.toSpliced(place, 0, added)) as WithField<I, O, Role, Name, D>
}

/**
 * The signature without a field.
 *
 * @throws SignatureError `signature/unknown-field`
 * @example
 * remove(signature('question, hint -> answer'), 'hint')
 */
export const remove = <I, O, const Name extends string>(
  signature: Signature<I, O>,
  name: Name,
): WithoutField<I, O, Name> => {
  const { role } = fieldNamed(signature, name)
  return withSide(
    signature,
    role,
    sideOf(signature, role).filter(field => field.name !== name),
  )
}

/**
 * The signature with a field under another name; label and description follow where nobody wrote them.
 *
 * @throws SignatureError `signature/unknown-field` or `signature/duplicate-field`
 * @example
 * rename(signature('question -> answer'), 'answer', 'capital')
 */
export const rename = <I, O, const From extends string, const To extends string>(
  signature: Signature<I, O>,
  from: From,
  to: To,
): WithRenamed<I, O, From, To> => {
  const field = fieldNamed(signature, from)
  if (from !== (to as string) && namesOf(signature).includes(to)) throw duplicate(to)
  const { description, prefix } = field
  const renamed = fieldOf(to, field.role, {
    ...field,
    description: description === defaultDescription(from) ? defaultDescription(to) : description,
    prefix: prefix === defaultPrefix(from) ? defaultPrefix(to) : prefix,
  })
  return withSide(signature, field.role, replaced(sideOf(signature, field.role), from, renamed))
}

/**
 * The signature with a field changed in what is given: its type, its description, its limits.
 *
 * @throws SignatureError `signature/unknown-field`, and what a wrong type throws
 * @example
 * withField(signature('text -> score'), 'score', { type: 'float', constraints: { minimum: 0 } })
 */
export const withField = <I, O, const Name extends string, const D extends FieldOptions>(
  signature: Signature<I, O>,
  name: Name,
  changes: D,
): WithChanged<I, O, Name, D> => {
  const field = fieldNamed(signature, name)
  const changed = fieldOf(name, field.role, { ...field, ...changes })
  const result: Signature = withSide(signature, field.role, replaced(sideOf(signature, field.role), name, changed))
  return result as WithChanged<I, O, Name, D>
}

/**
 * The signature with other descriptions for the fields named.
 *
 * @throws SignatureError `signature/unknown-field`
 * @example
 * describeFields(signature('question -> answer'), { answer: 'one word, in French' })
 */
export const describeFields = <I, O>(
  signature: Signature<I, O>,
  descriptions: Readonly<Record<string, string>>,
): Signature<I, O> => {
  for (const name of Object.keys(descriptions)) fieldNamed(signature, name)
  const described = (field: Field): Field =>
    Object.hasOwn(descriptions, field.name)
      ? { ...field, description: descriptions[field.name] ?? field.description }
      : field
  return { ...signature, inputs: signature.inputs.map(described), outputs: signature.outputs.map(described) }
}

const namesOf = ({ inputs, outputs }: Signature): string[] => [...inputs, ...outputs].map(field => field.name)

const sideOf = ({ inputs, outputs }: Signature, role: Field['role']): readonly Field[] =>
  role === 'input' ? inputs : outputs

const fieldNamed = ({ inputs, outputs }: Signature, name: string): Field => {
  const field = [...inputs, ...outputs].find(field => field.name === name)
  if (field === undefined)
    throw unknownField(
      name,
      [...inputs, ...outputs].map(known => known.name),
    )
  return field
}

const replaced = (side: readonly Field[], name: string, field: Field): Field[] =>
  side.map(other => (other.name === name ? field : other))

/** Instructions nobody wrote go on naming all fields. */
const withSide = (signature: Signature, role: Field['role'], side: readonly Field[]): Signature<never, never> => {
  const sides = { inputs: signature.inputs, outputs: signature.outputs, [`${role}s`]: side }
  const isDefault = signature.instructions === defaultInstructions(signature.inputs, signature.outputs)
  return {
    instructions: isDefault ? defaultInstructions(sides.inputs, sides.outputs) : signature.instructions,
    inputs: sides.inputs,
    outputs: sides.outputs,
  }
}

const duplicate = (name: string): Error => duplicateField(name, name, 0)
