import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** A signature is wrong; `source` and `offset` (in UTF-16 units) say where, `expected` what belongs there. */
export class SignatureError extends KkachiError<CodeOf<'signature'>> {
  readonly source: string
  readonly offset: number
  readonly expected: string

  constructor(
    code: CodeOf<'signature'>,
    message: string,
    evidence: KkachiErrorOptions & { readonly source: string; readonly offset: number; readonly expected: string },
  ) {
    super(code, message, evidence)
    this.source = evidence.source
    this.offset = evidence.offset
    this.expected = evidence.expected
  }
}
