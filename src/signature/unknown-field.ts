import { SignatureError } from '../errors/signature-error.ts'
import { nearestName } from './nearest-name.ts'

/** The error for a name that no field of the signature has. */
export const unknownField = (name: string, names: readonly string[]): SignatureError => {
  const nearest = nearestName(name, names)
  const all = names.length === 0 ? 'it has none' : `it has ${names.map(known => `'${known}'`).join(', ')}`
  return new SignatureError(
    'signature/unknown-field',
    `Expected the name of a field of the signature, got '${name}'; ${all}. ${nearest === undefined ? 'Write one of its names.' : `Write '${nearest}'.`}`,
    { source: name, offset: 0, expected: 'the name of a field' },
  )
}
