import { withoutEcho } from './without-echo.ts'

/** Takes secrets out of a text. */
export type Redact = (text: string) => string

const mark = '[redacted]'

/** What looks like a provider's key, whoever's it is: servers echo keys masked, too. */
const keyLike = /\b(?:(?:sk|pk|rk|gsk|xai|hf)[-_]|AIza)[-_*.0-9A-Za-z]{8,}/g

/**
 * Redacts the given secrets, as they are and URL-encoded, and whatever looks like a provider's key.
 *
 * Secrets under 4 characters are left: replacing them would only garble the text.
 */
export const redaction = (secrets: readonly string[]): Redact => {
  const forms = new Set(
    secrets.flatMap(secret => [secret, encodeURIComponent(secret)]).filter(({ length }) => length > 3),
  )
  // The longest first, so that no secret leaves the tail of a longer one behind.
  const ordered = [...forms].sort((a, b) => b.length - a.length)
  return text => {
    let result = text
    for (const secret of ordered) result = result.replaceAll(secret, mark)
    return result.replace(keyLike, mark)
  }
}

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
