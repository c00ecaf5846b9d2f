import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redaction } from '../../src/data/redaction.ts'

test.each([
  ['a key as it is', 'key k-12345!', 'key [redacted]!'],
  ['a key in an address', 'https://x.example/?key=a%2Fb%2Fc', 'https://x.example/?key=[redacted]'],
  ['a longer key that begins like a shorter', 'k-12345-long', '[redacted]'],
  ['a masked key of somebody', 'Incorrect API key: sk-proj-ab****wxyz.', 'Incorrect API key: [redacted]'],
  ['nothing', 'risk-averse task-0', 'risk-averse task-0'],
])('%s', (_, text, expected) => {
  expect(redaction(['k-12345', 'k-12345-long', 'a/b/c'])(text)).toBe(expected)
})

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
const url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

describe('a secret is found', () => {
  const secret = 'Zq7/+vR2"x9~K4µp'
  const redact = redaction([secret])

  test.each<[string, string]>([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in lower case', encodeURIComponent(secret).replace(/%../g, code => code.toLowerCase())],
    ['escaped in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in Base64', base64(secret)],
    ['in the Base64 of addresses', url(base64(secret))],
    ['in Basic credentials', base64(`:${secret}`)],
    ['in Basic credentials behind a name', base64(`me:${secret}`)],
    ['in Basic credentials between others', url(base64(`you:${secret}:more`))],
    ['by the beginning of its Base64', base64(secret).slice(0, 12)],
    ['by its beginning', secret.slice(0, 8)],
    ['by a longer beginning', secret.slice(0, 13)],
  ])('%s', (_, form) => {
    const text = redact(`before ${form} after`)
    expect(text).toContain('[redacted]')
    expect(text).toMatch(/^before .{0,8}\[redacted\].{0,8} after$/)
  })

  test('wherever it stands, in each of its forms', () => {
    const word = fc.string({ maxLength: 40, unit: 'binary' })
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/=_-]{16,40}$/), word, word, (secret, before, after) => {
        const redact = redaction([secret])
        const around = `${before}${secret}${after}`
        const forms = [around, encodeURIComponent(secret), base64(around), url(base64(around))]
        for (const form of forms) {
          const left = redact(form)
          for (const kept of [secret, encodeURIComponent(secret), secret.slice(0, 8)]) expect(left).not.toContain(kept)
        }
        for (const form of forms.slice(2)) expect(redact(form)).toContain('[redacted]')
      }),
    )
  })

  test('but not by less than eight letters, nor by its beginning where it is short or a sentence', () => {
    expect(redaction(['abcdefghijklmnop'])('abcdefg and abcd')).toBe('abcdefg and abcd')
    expect(redaction(['abcdefghij'])('abcdefgh')).toBe('abcdefgh')
    expect(redaction(['Bearer and more words'])('Bearer and')).toBe('Bearer and')
    expect(redaction(['abc', ''])('abc')).toBe('abc')
  })
})
