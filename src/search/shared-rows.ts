import { canonicalJson } from '../data/canonical-json.ts'
import type { Example } from '../data/example.ts'
import type { Signature } from '../signature/signature.ts'

/** A row that stands in two parts: it has the same inputs. */
export interface SharedRow {
  /** Its place in the first part, the earliest one. */
  readonly first: number
  /** Its place in the second part. */
  readonly second: number
}

/** The rows of a second part whose inputs a row of the first one has as well, in their order. */
export const sharedRows = (
  { inputs }: Pick<Signature, 'inputs'>,
  first: readonly object[],
  second: readonly object[],
): readonly SharedRow[] => {
  const keyOf = (row: object): string =>
    canonicalJson(inputs.map(({ name }) => (Object.hasOwn(row, name) ? (row as Example)[name] : undefined) ?? null))
  const places = new Map<string, number>()
  for (const [place, row] of first.entries()) {
    const key = keyOf(row)
    if (!places.has(key)) places.set(key, place)
  }
  return second.flatMap((row, place) => {
    const known = places.get(keyOf(row))
    return known === undefined ? [] : [{ first: known, second: place }]
  })
}
