import type { SignatureError } from '../errors/signature-error.ts'
import { parseError } from './parse-error.ts'
import type { Token } from './token.ts'
import { tokenize } from './tokenize.ts'

/** Walks over the tokens of a signature string once. */
export interface TokenReader {
  readonly source: string
  /** The token not yet taken; the last one is `end`. */
  peek(): Token
  take(): Token
  /** Whether the next token is this sign. */
  at(sign: string): boolean
  /** Whether the token after the next one is this sign. */
  isBefore(sign: string): boolean
  /** Takes the next token if it is this sign. */
  accept(sign: string): boolean
  /** Takes this sign, or throws. */
  expect(sign: string, remedy: string): void
  /** The error of the next token not being what was expected. */
  error(expected: string, remedy: string): SignatureError
  /** The error of a token already taken. */
  errorAt(offset: number, expected: string, remedy: string): SignatureError
}

export const readTokens = (source: string): TokenReader => {
  const tokens = tokenize(source)
  const end: Token = { kind: 'end', text: '', offset: source.length }
  let position = 0
  const reader: TokenReader = {
    source,
    peek: () => tokens[position] ?? end,
    take: () => {
      const token = reader.peek()
      position += 1
      return token
    },
    at: sign => reader.peek().kind === 'sign' && reader.peek().text === sign,
    isBefore: sign => tokens[position + 1]?.kind === 'sign' && tokens[position + 1]?.text === sign,
    accept: sign => {
      if (!reader.at(sign)) return false
      position += 1
      return true
    },
    expect: (sign, remedy) => {
      if (!reader.accept(sign)) throw reader.error(`'${sign}'`, remedy)
    },
    error: (expected, remedy) => parseError(source, reader.peek().offset, expected, remedy),
    errorAt: (offset, expected, remedy) => parseError(source, offset, expected, remedy),
  }
  return reader
}
