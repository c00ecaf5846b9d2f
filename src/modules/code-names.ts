import type { Field } from '../signature/field.ts'

/** Names that code finds taken, so that no input can be a variable of that name. */
export const notForCode: readonly string[] = ['SUBMIT', 'console', 'eval', 'globalThis', 'print', 'undefined']

/** The names of fields as instructions quote them. */
export const quotedNames = (fields: readonly Field[]): string =>
  fields.length === 0 ? 'nothing' : fields.map(({ name }) => `\`${name}\``).join(', ')
