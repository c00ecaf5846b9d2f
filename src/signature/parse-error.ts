import { SignatureError } from '../errors/signature-error.ts'

/** The error for a signature that breaks the grammar at `offset`. */
export const parseError = (source: string, offset: number, expected: string, remedy: string): SignatureError =>
  new SignatureError(
    'signature/parse',
    `Expected ${expected} in signature ${excerpt(source)} (offset ${offset}). ${remedy}`,
    { source, offset, expected },
  )

const longest = 120

/** The signature in quotes, cut where it is too long for a message. */
export const excerpt = (source: string): string =>
  `'${source.length <= longest ? source : `${source.slice(0, longest)}…`}'`
