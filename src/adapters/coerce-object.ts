import { isSafeKey } from '../data/safe-json.ts'
import type { FieldType } from '../signature/field-type.ts'
import { isRow } from '../signature/row.ts'
import { type Coerced, expected, inside, isProblem } from './coerced.ts'
import { brokenConstraint } from './constraints.ts'

type Of<Kind extends FieldType['kind']> = Extract<FieldType, { readonly kind: Kind }>
type Coerce = (type: FieldType, value: unknown) => Coerced

/** A dictionary: every value fits the one type. */
export const coerceRecord = (type: Of<'record'>, value: unknown, coerce: Coerce): Coerced => {
  if (!isRow(value)) return expected(type)
  const entries: [string, unknown][] = []
  for (const [key, item] of Object.entries(value)) {
    if (!isSafeKey(key)) return { problem: 'has a key that is refused for safety' }
    const coerced = coerce(type.values, item)
    if (isProblem(coerced)) return inside('a value', coerced)
    entries.push([key, coerced.value])
  }
  return { value: Object.fromEntries(entries) }
}

/** An object of known properties; what is not named is left out. */
export const coerceObject = (type: Of<'object'>, value: unknown, coerce: Coerce): Coerced => {
  if (!isRow(value)) return expected(type)
  const entries: [string, unknown][] = []
  for (const property of type.properties) {
    const given = Object.hasOwn(value, property.name) ? coerce(property.type, value[property.name]) : undefined
    // The schema of the outputs says null for what is left out.
    const isLeftOut = given === undefined || (isProblem(given) && property.optional && value[property.name] === null)
    if (isLeftOut) {
      if (!property.optional && property.default === undefined) return { problem: `lacks '${property.name}'` }
      entries.push([property.name, property.default === undefined ? null : structuredClone(property.default)])
      continue
    }
    if (isProblem(given)) return inside(`'${property.name}'`, given)
    const broken = property.constraints && brokenConstraint(property.constraints, given.value)
    if (broken !== undefined) return inside(`'${property.name}'`, { problem: `expected ${broken}` })
    entries.push([property.name, given.value])
  }
  return { value: Object.fromEntries(entries) }
}
