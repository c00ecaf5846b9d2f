import type { Field, FieldConstraints } from '../signature/field.ts'
import { typeName } from '../signature/type-name.ts'
import { wording } from './wording.ts'

/** The lines of a system message that introduce fields: name, type, description, limits. */
export const fieldLines = (fields: readonly Field[]): string =>
  fields.map(field => wording.field(field.name, typeName(field.type), describe(field), rules(field))).join('\n')

// `${name}` is DSPy's "nobody described it".
const describe = (field: Field): string => (field.description === `\${${field.name}}` ? '' : field.description)

const rules = ({ optional, constraints }: Field): string[] => [
  ...(constraints === undefined ? [] : limits(constraints)),
  ...(optional ? [wording.optional] : []),
]

const limits = (constraints: FieldConstraints): string[] =>
  Object.entries(wording.constraint).flatMap(([name, say]) => {
    const limit = constraints[name as keyof FieldConstraints]
    return limit === undefined ? [] : [say(limit)]
  })
