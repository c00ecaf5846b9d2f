import { canonicalJson } from '../data/canonical-json.ts'

/**
 * The text by which a row is compared, as DSPy 3.4.1 puts it together: `name: value | name: value`, the fields in the order
 * of `names`; what the row lacks is left out. Lists and objects are JSON.
 */
export const embeddedText = (row: object, names: readonly string[]): string =>
  names
    .filter(name => Object.hasOwn(row, name))
    .map(name => `${name}: ${valueText((row as Readonly<Record<string, unknown>>)[name])}`)
    .join(' | ')

const valueText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? canonicalJson(value) : String(value)
