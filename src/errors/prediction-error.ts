import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** One problem with one field of an answer or input. */
export interface FieldIssue {
  readonly field: string
  /** What is wrong and what was expected, without the value. */
  readonly problem: string
}

/** An input or an answer does not fit the signature; `issues` lists every problem, `text` is the answer as it came. */
export class PredictionError extends KkachiError<CodeOf<'prediction'>> {
  readonly issues: readonly FieldIssue[]
  readonly text: string | undefined

  constructor(
    code: CodeOf<'prediction'>,
    message: string,
    { issues, text, ...rest }: KkachiErrorOptions & { readonly issues: readonly FieldIssue[]; readonly text?: string },
  ) {
    super(code, message, rest)
    this.issues = issues
    this.text = text
    // The answer may hold private data: reachable for the caller who asks, absent from logs that print the error.
    Object.defineProperty(this, 'text', { enumerable: false })
  }
}
