import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** The caller's settings are missing or wrong; `option` names which. */
export class ConfigurationError extends KkachiError<CodeOf<'configuration'>> {
  readonly option: string

  constructor(
    code: CodeOf<'configuration'>,
    message: string,
    { option, ...rest }: KkachiErrorOptions & { readonly option: string },
  ) {
    super(code, message, rest)
    this.option = option
  }
}
