import type { Example } from '../data/example.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'

/**
 * The demos that can be shown, incomplete ones first: those with every field come last, nearest to the question.
 * A demo needs at least one input and one output of the signature; others are left out (as DSPy 3.4.1 does).
 */
export const showableDemos = (signature: Signature, demos: readonly Example[]): readonly Example[] => {
  const incomplete: Example[] = []
  const complete: Example[] = []
  for (const demo of demos) {
    const fields = [...signature.inputs, ...signature.outputs]
    if (fields.every(field => has(demo, field))) complete.push(demo)
    else if (signature.inputs.some(field => has(demo, field)) && signature.outputs.some(field => has(demo, field)))
      incomplete.push(demo)
  }
  return [...incomplete, ...complete]
}

/** Whether a row has a value for a field; null and undefined are no value. */
export const has = (row: Example, field: Field): boolean =>
  Object.hasOwn(row, field.name) && row[field.name] !== undefined && row[field.name] !== null
