import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** A program file cannot be used; `path` is the JSON pointer of the part that is wrong. */
export class ProgramFileError extends KkachiError<CodeOf<'program-file'>> {
  readonly path: string

  constructor(
    code: CodeOf<'program-file'>,
    message: string,
    { path, ...rest }: KkachiErrorOptions & { readonly path: string },
  ) {
    super(code, message, rest)
    this.path = path
  }
}
