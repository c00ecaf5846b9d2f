import type { Redact } from '../data/redaction.ts'
import { withoutEcho } from './without-echo.ts'

/** A text of the provider for an error message: redacted, without what it repeats of the request, one short line. */
export const quote = (text: string, redact: Redact, request = ''): string => {
  const line = redact(text.slice(0, 65_536))
    .replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ')
    .trim()
  const said = withoutEcho(line.slice(0, 1000), request)
  return said.length > 200 ? `${said.slice(0, 199)}…` : said
}

/** The error itself when it holds no secret, else one that says the same without it. */
export const redactedCause = (error: unknown, redact: Redact): unknown => {
  const told: string[] = []
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth += 1) {
    told.push(one.message, one.stack ?? '')
  }
  const text = told.length > 0 ? told.join('\n') : String(error)
  if (redact(text) === text) return error
  return new Error(redact(told[0] ?? text))
}
