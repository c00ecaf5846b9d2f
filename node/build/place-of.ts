import { ConfigurationError, DataError, KkachiError, ProgramFileError, SignatureError } from '../../src/index.ts'

/** Where in a file something is wrong; `line` from 1. */
export interface Place {
  readonly file: string
  readonly line: number | undefined
}

const places = new WeakMap<Error, Place>()

/** Where an error says that something is wrong, if it is in a file. */
export const placeOf = (error: unknown): Place | undefined => {
  if (!(error instanceof Error)) return undefined
  const place = places.get(error)
  if (place !== undefined || !(error instanceof DataError) || error.file === undefined) return place
  return { file: error.file, line: error.line }
}

/** The same error with its place in front of the message; what is placed already, or none of ours, stays as it is. */
export const placed = (error: unknown, { file, line }: Place): unknown => {
  if (!KkachiError.is(error) || placeOf(error) !== undefined) return error
  const message = `${file}${line === undefined ? '' : `:${line}`}: ${error.message}`
  const copy = copied(error, message, { file, line })
  if (copy instanceof Error) places.set(copy, { file, line })
  return copy
}

const copied = (error: KkachiError, message: string, { file, line }: Place): unknown => {
  if (error instanceof SignatureError) {
    const { code, source, offset, expected } = error
    return new SignatureError(code, message, { source, offset, expected, cause: error })
  }
  if (error instanceof ProgramFileError)
    return new ProgramFileError(error.code, message, { path: error.path, cause: error })
  if (error instanceof ConfigurationError)
    return new ConfigurationError(error.code, message, { option: error.option, cause: error })
  if (error instanceof DataError) {
    return new DataError(error.code, message, { file, ...(line === undefined ? {} : { line }), cause: error })
  }
  return error
}
