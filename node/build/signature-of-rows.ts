import { DataError, type Example } from '../../src/index.ts'

/**
 * The signature that rows of examples show: the last field of the first row is the output, all others are inputs, and each
 * has the type that all of its values have. A field that some rows lack, or have as null, is optional.
 *
 * @throws DataError `data/fields` for rows of fewer than two fields, and for a name that is none
 * @example
 * signatureOfRows([{ text: 'Win a prize!', label: 'spam' }]) // 'text: string -> label: string'
 */
export const signatureOfRows = (rows: readonly Example[]): string => {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const output = Object.keys(rows[0] ?? {}).at(-1)
  if (output === undefined || names.length < 2) {
    throw new DataError(
      'data/fields',
      `Expected rows of at least two fields, got ${names.join(', ') || 'none'}. Give the signature: .signature('text -> label').`,
    )
  }
  for (const name of names) {
    if (/^[\p{L}_$][\p{L}\p{Nd}_$]*$/u.test(name)) continue
    const message = `The name '${name.slice(0, 40)}' of a field cannot stand in a signature. Rename the column, or give the signature.`
    throw new DataError('data/fields', message)
  }
  const field = (name: string): string => {
    const values = rows.map(row => (Object.hasOwn(row, name) ? row[name] : null))
    const given = values.filter(value => value !== null)
    return `${name}${given.length < values.length ? '?' : ''}: ${typeOf(given)}`
  }
  const inputs = names.filter(name => name !== output)
  return `${inputs.map(field).join(', ')} -> ${field(output)}`
}

const typeOf = (values: readonly unknown[]): string => {
  const kinds: readonly [string, (value: unknown) => boolean][] = [
    ['string', value => typeof value === 'string'],
    ['bool', value => typeof value === 'boolean'],
    ['int', value => Number.isSafeInteger(value)],
    ['float', value => typeof value === 'number'],
    ['string[]', value => Array.isArray(value) && value.every(item => typeof item === 'string')],
  ]
  return kinds.find(([, fits]) => values.every(fits))?.[0] ?? 'json'
}
