import { parseSignature } from '../../src/signature/create.ts'
import type { FieldOptions } from '../../src/signature/field-definition.ts'
import { append, insert, prepend, remove, withField, withInstructions } from '../../src/signature/operations.ts'
import type { Signature } from '../../src/signature/signature.ts'
import { compared, conformance } from './conformance.ts'
import { pythonType } from './python-type.ts'

interface Described {
  readonly instructions: string
  readonly fields: readonly (readonly [name: string, role: string, type: string, description: string])[]
}

interface OperationCase {
  /** A call in Python, `append('conf', OutputField(desc='c'), float)`. */
  readonly op: string
  readonly result: Described
}

const described = ({ instructions, inputs, outputs }: Signature): Described => ({
  instructions,
  fields: [...inputs, ...outputs].map(({ name, role, type, description }) => [
    name,
    role,
    pythonType(type),
    description,
  ]),
})

const signatureOf = ({ instructions, fields }: Described): Signature => {
  const side = (wanted: string): string =>
    fields.flatMap(([name, role, type]) => (role === wanted ? [`${name}: ${type}`] : [])).join(', ')
  const descriptions = Object.fromEntries(fields.map(([name, , , description]) => [name, description]))
  return parseSignature(`${side('input')} -> ${side('output')}`, { instructions, descriptions })
}

/** The call's name, its quoted name or text, the place, the role, the description and the type. */
const readCall = (call: string) => {
  const [, name = '', place, text = ''] = /^(\w+)\((?:(-?\d+), ?)?'([^']*)'/.exec(call) ?? []
  const role = call.includes('InputField(') ? 'input' : 'output'
  const description = /desc='([^']*)'/.exec(call)?.[1]
  const type = /(?:\), ?|type_=)(\w[\w[\], ]*)\)$/.exec(call)?.[1]
  const options: FieldOptions = {
    ...(type === undefined ? {} : { type }),
    ...(description === undefined ? {} : { description }),
  }
  return { name, place: Number(place), text, role, options } as const
}

const applied = (base: Signature, call: string): Signature => {
  const { name, place, text, role, options } = readCall(call)
  switch (name) {
    case 'with_instructions':
      return withInstructions(base, text)
    case 'prepend':
      return prepend(base, role, text, options)
    case 'append':
      return append(base, role, text, options)
    case 'insert':
      return insert(base, role, place, text, options)
    case 'delete':
      return remove(base, text)
    case 'with_updated_fields':
      return withField(base, text, options)
    default:
      throw new RangeError(`No operation is called '${name}'.`)
  }
}

conformance<OperationCase>(
  'signature_ops',
  (testCase, data) =>
    compared(testCase, testCase.result, described(applied(signatureOf(data.base as Described), testCase.op))),
  { cases: data => data.ops as readonly OperationCase[] },
)
