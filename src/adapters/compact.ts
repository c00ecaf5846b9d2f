import type { Adapter } from '../ports/adapter.ts'
import { formatCompact } from './compact-format.ts'
import { json } from './json.ts'

/**
 * The answer as one JSON object, its types shown the short way: as TypeScript writes them, with the descriptions and limits
 * as comments, in place of a JSON schema (DSPy's BAMLAdapter). For outputs of nested objects, which it shows in a
 * fraction of the tokens; types that hold themselves, or stand in several places, are written once and named.
 *
 * Reads what `json` reads, and gives the schema of the outputs to a model that obeys one.
 *
 * @example
 * const invoice = z.object({ number: z.string().describe('as printed'), lines: z.array(z.object({ text: z.string() })) })
 * const extract = predict({ inputs: { scan: 'string' }, outputs: { invoice } })
 * await extract.run({ scan }, { model, adapter: compact })
 */
export const compact: Adapter = {
  name: 'compact',
  format: formatCompact,
  parse: (signature, completion, capabilities) => json.parse(signature, completion, capabilities),
  parser: signature => json.parser(signature),
  reask: (signature, answer, issues) => json.reask(signature, answer, issues),
}
