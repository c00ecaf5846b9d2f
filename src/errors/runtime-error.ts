import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** Local inference cannot start or go on; `tried` lists each backend with the reason it was refused. */
export class RuntimeError extends KkachiError<CodeOf<'runtime'>> {
  readonly tried: readonly { readonly name: string; readonly reason: string }[]

  constructor(
    code: CodeOf<'runtime'>,
    message: string,
    {
      tried = [],
      ...rest
    }: KkachiErrorOptions & { readonly tried?: readonly { readonly name: string; readonly reason: string }[] } = {},
  ) {
    super(code, message, rest)
    this.tried = tried
  }
}
