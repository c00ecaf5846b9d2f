import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** Data is missing or wrong; `file` and `line` (1-based) say where, when it came from a file. */
export class DataError extends KkachiError<CodeOf<'data'>> {
  readonly file: string | undefined
  readonly line: number | undefined

  constructor(
    code: CodeOf<'data'>,
    message: string,
    { file, line, ...rest }: KkachiErrorOptions & { readonly file?: string; readonly line?: number } = {},
  ) {
    super(code, message, rest)
    this.file = file
    this.line = line
  }
}
