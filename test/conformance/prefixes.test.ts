import { inferPrefix } from '../../src/signature/prefix.ts'
import { compared, conformance } from './conformance.ts'

conformance<readonly [name: string, prefix: string]>(
  'signature_parse',
  ([name, prefix]) => compared(name, prefix, inferPrefix(name)),
  { name: 'prefixes', cases: data => Object.entries(data.infer_prefix as Record<string, string>) },
)
