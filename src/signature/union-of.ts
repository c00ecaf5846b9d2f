import type { FieldType, LiteralValue } from './field-type.ts'

/** One type for several: unions within are opened, repeats dropped, literals gathered where the first one stood. */
export const unionOf = (types: readonly FieldType[]): FieldType => {
  const members = new Map<string, FieldType>()
  const literals: LiteralValue[] = []
  for (const type of types.flatMap(type => (type.kind === 'union' ? type.members : [type]))) {
    if (type.kind === 'literal') {
      literals.push(...type.values)
      members.set('literal', {
        kind: 'literal',
        values: [...new Set(literals)],
      })
    } else {
      members.set(JSON.stringify(type), type)
    }
  }
  const [only, ...rest] = members.values()
  return only !== undefined && rest.length === 0 ? only : { kind: 'union', members: [...members.values()] }
}
