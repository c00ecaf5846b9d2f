import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** A store failed for `key`. */
export class StorageError extends KkachiError<CodeOf<'storage'>> {
  readonly key: string

  constructor(
    code: CodeOf<'storage'>,
    message: string,
    { key, ...rest }: KkachiErrorOptions & { readonly key: string },
  ) {
    super(code, message, { ...rest, retryable: rest.retryable ?? code === 'storage/unavailable' })
    this.key = key
  }
}
