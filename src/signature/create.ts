import { dedent } from './dedent.ts'
import type { Field } from './field.ts'
import type { FieldDefinition } from './field-definition.ts'
import { fieldOf } from './field-of.ts'
import type { Checked, SignatureOf } from './infer.ts'
import type { CheckedDefinition, DefinedSignature, SignatureDefinition } from './infer-definition.ts'
import { duplicateField, parseFields } from './parse.ts'
import { defaultInstructions, type Signature } from './signature.ts'
import { unknownField } from './unknown-field.ts'

export interface SignatureOptions {
  /** What the fields are for and how to get from one to the other. Indented text loses its margin. */
  readonly instructions?: string
  /** What single fields mean, by name. */
  readonly descriptions?: Readonly<Record<string, string>>
}

/**
 * A signature from a string, or from records of field definitions: types as in the string, Standard Schemas, or objects
 * with a type, a description, limits.
 *
 * @throws SignatureError `signature/parse`, `signature/unknown-type`, `signature/duplicate-field`, and
 * `signature/unknown-field` for a description of a field there is not
 * @example
 * const classify = signature("text -> label: 'spam' | 'ham', score: float", { instructions: 'Judge the mail.' })
 * @example
 * const extract = signature({ inputs: { text: 'string' }, outputs: { person: z.object({ name: z.string() }) } })
 */
export function signature<const Definition extends SignatureDefinition>(
  definition: Definition & CheckedDefinition<Definition>,
  options?: SignatureOptions,
): DefinedSignature<Definition>
export function signature<const Source extends string>(
  source: Source & Checked<Source>,
  options?: SignatureOptions,
): SignatureOf<Source>
export function signature(source: string | SignatureDefinition, options?: SignatureOptions): Signature {
  return typeof source === 'string'
    ? parseSignature(source, options)
    : signatureOfSides(fieldsOfDefinition(source), options)
}

/**
 * The signature of a string that is known only at run time.
 *
 * @throws SignatureError as `signature`
 */
export const parseSignature = (source: string, options?: SignatureOptions): Signature =>
  signatureOfSides(fieldsOfString(source), options)

const signatureOfSides = ({ inputs, outputs }: Sides, options: SignatureOptions = {}): Signature => {
  const { descriptions = {} } = options
  const names = [...inputs, ...outputs].map(field => field.name)
  for (const name of Object.keys(descriptions)) if (!names.includes(name)) throw unknownField(name, names)
  const described = (field: Field): Field => ({
    ...field,
    description: descriptions[field.name] ?? field.description,
  })
  const instructions = dedent(options.instructions ?? '')
  return {
    instructions: instructions === '' ? defaultInstructions(inputs, outputs) : instructions,
    inputs: inputs.map(described),
    outputs: outputs.map(described),
  }
}

interface Sides {
  readonly inputs: readonly Field[]
  readonly outputs: readonly Field[]
}

const fieldsOfString = (source: string): Sides => {
  const parsed = parseFields(source)
  return {
    inputs: parsed.inputs.map(({ name, ...definition }) => fieldOf(name, 'input', definition)),
    outputs: parsed.outputs.map(({ name, ...definition }) => fieldOf(name, 'output', definition)),
  }
}

const fieldsOfDefinition = (definition: SignatureDefinition): Sides => {
  const inputs = fieldsOf(definition.inputs ?? {}, 'input')
  const outputs = fieldsOf(definition.outputs ?? {}, 'output')
  const shared = outputs.find(output => inputs.some(input => input.name === output.name))
  if (shared !== undefined)
    throw duplicateField(shared.name, `${shared.name} -> ${shared.name}`, shared.name.length + 4)
  return { inputs, outputs }
}

const fieldsOf = (definitions: Readonly<Record<string, FieldDefinition>>, role: Field['role']): Field[] =>
  Object.entries(definitions).map(([name, definition]) => fieldOf(name, role, definition))
