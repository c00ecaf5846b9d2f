/** A field of the signatures whose type cost is measured: `score?: float` on a side. */
export interface SourceField {
  readonly name: string
  readonly optional: boolean
  readonly type: string
}

export interface SourceSignature {
  readonly inputs: readonly SourceField[]
  readonly outputs: readonly SourceField[]
  /** The object its caller passes, as source text. */
  readonly inputObject: string
  /** What its caller destructures, as source text. */
  readonly pattern: string
}

const statement = /export const (\{[^=]*\}) = answer\(\s*signature\(\s*`([^`]*)`,?\s*\),\s*(\{[^;]*?\}),?\s*\)\n/g

/** Reads the committed set of signatures, one statement each. */
export const sourceSignatures = (text: string): readonly SourceSignature[] =>
  [...text.matchAll(statement)].map(([, pattern = '', signature = '', inputObject = '']) => {
    const [inputs = '', outputs = ''] = signature.split(' -> ')
    return { pattern, inputObject, inputs: fieldsOf(inputs), outputs: fieldsOf(outputs) }
  })

/** `a, b?: float` as fields; a comma within brackets or quotes separates nothing. */
const fieldsOf = (side: string): readonly SourceField[] =>
  [...side.matchAll(/(\w+)(\??)(?:: ((?:\[[^\]]*\]|[^,[])+))?(?:, |$)/g)].map(
    ([, name = '', mark, type = 'string']) => ({
      name,
      optional: mark === '?',
      type: type.trim(),
    }),
  )

/** The choices of a literal type, in either spelling. */
export const choicesOf = (type: string): readonly string[] =>
  [...type.matchAll(/'(\w+)'/g)].map(([, word = '']) => word)
