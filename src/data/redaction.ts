/** Takes secrets out of a text. */
export type Redact = (text: string) => string

const mark = '[redacted]'

/** What looks like a provider's key, whoever's it is: servers echo keys masked, too. */
const keyLike = /\b(?:(?:sk|pk|rk|gsk|xai|hf)[-_]|AIza)[-_*.0-9A-Za-z]{8,}/g

/** Letters of a secret that tell too much of it, and the letters of their Base64. */
const fewLetters = 8
const fewInBase64 = 11

/** Secrets shorter than this are known by the whole of them only. */
const longEnough = 12

/**
 * Redacts secrets and whatever looks like a provider's key: the one place where that is done.
 *
 * 1. A secret is found as it is, percent-encoded, escaped as in JSON, and in Base64 (both alphabets) wherever it stands in
 *    what was encoded: `Basic` credentials hold a key behind a name.
 * 2. Of a secret of 12 characters or more without white space its beginning is found too, from 8 characters on, as it is
 *    and in Base64.
 * 3. Secrets under 4 characters are left: replacing them would only garble the text.
 */
export const redaction = (secrets: readonly string[]): Redact => {
  const known = secrets.filter(({ length }) => length > 3)
  const forms = new Set(known.flatMap(formsOf))
  // The longest first, so that no secret leaves the tail of a longer one behind.
  const ordered = [...forms].sort((a, b) => b.length - a.length)
  const beginnings = known.filter(secret => secret.length >= longEnough && !/\s/.test(secret)).flatMap(beginningsOf)
  return text => {
    let result = text
    for (const form of ordered) result = result.replaceAll(form, mark)
    for (const { form, from } of beginnings) result = withoutBeginnings(result, form, from)
    return result.replace(keyLike, mark)
  }
}

const formsOf = (secret: string): readonly string[] => {
  const percent = percentEncoded(secret)
  const lower = percent.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())
  const forms = [secret, percent, lower, JSON.stringify(secret).slice(1, -1), ...base64Forms(secret)]
  return forms.filter(({ length }) => length > 3)
}

/** Forms of which a beginning of `from` letters is too much. */
const beginningsOf = (secret: string) => [
  { form: secret, from: fewLetters },
  ...alphabets(wholeBase64(secret)).map(form => ({ form, from: fewInBase64 })),
]

/** Half a surrogate pair cannot be encoded, and would be none of a text that is sent. */
const percentEncoded = (secret: string): string => {
  try {
    return encodeURIComponent(secret)
  } catch {
    return secret
  }
}

/**
 * A secret in Base64, whatever stands before it: three bytes are four letters, so there are three ways. Of each only the
 * letters count that the secret alone decides; few letters would be found by chance.
 */
const base64Forms = (secret: string): readonly string[] => {
  const bytes = new TextEncoder().encode(secret)
  const inside = [0, 1, 2].map(before => {
    const shifted = new Uint8Array(before + bytes.length)
    shifted.set(bytes, before)
    const letters = base64(shifted)
    return letters.slice(Math.ceil((before * 8) / 6), Math.floor((shifted.length * 8) / 6))
  })
  return [wholeBase64(secret), ...inside.filter(({ length }) => length >= longEnough)].flatMap(alphabets)
}

const wholeBase64 = (secret: string): string => base64(new TextEncoder().encode(secret)).replace(/=+$/, '')

/** A text in Base64, and in the Base64 of addresses. */
const alphabets = (form: string): readonly string[] => [form, form.replaceAll('+', '-').replaceAll('/', '_')]

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))

/** Takes out what begins like a secret, as far as it goes on like it. */
const withoutBeginnings = (text: string, secret: string, from: number): string => {
  const prefix = secret.slice(0, from)
  const pieces = text.split(prefix)
  if (pieces.length === 1) return text
  return pieces
    .map((piece, index) => (index === 0 ? piece : `${mark}${piece.slice(commonLength(piece, secret.slice(from)))}`))
    .join('')
}

const commonLength = (text: string, other: string): number => {
  let length = 0
  while (length < other.length && text[length] === other[length]) length += 1
  return length
}
