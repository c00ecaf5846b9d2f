import type { Field } from '../signature/field.ts'
import type { FieldType } from '../signature/field-type.ts'
import { typeName } from '../signature/type-name.ts'
import { limitsInWords } from './constraints.ts'
import { wording } from './wording.ts'

/** The lines of a system message that introduce fields: name, type, description, limits. */
export const fieldLines = (fields: readonly Field[], nameOf: (type: FieldType) => string = typeName): string =>
  fields.map(field => wording.field(field.name, nameOf(field.type), describe(field), rules(field))).join('\n')

// `${name}` is DSPy's "nobody described it".
const describe = (field: Field): string => (field.description === `\${${field.name}}` ? '' : field.description)

const rules = ({ optional, constraints }: Field): string[] => [
  ...(constraints === undefined ? [] : limitsInWords(constraints)),
  ...(optional ? [wording.optional] : []),
]
