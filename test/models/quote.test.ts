import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redaction } from '../../src/data/redaction.ts'
import { quote, redactedCause } from '../../src/models/quote.ts'

test('a quote is one line of at most 200 characters, cut after it was redacted', () => {
  const redact = redaction(['secret-key'])
  expect(quote('two\r\nlines \u001b[31m red', redact)).toBe('two lines [31m red')
  const cut = quote(`${'x'.repeat(195)}secret-key`, redact)
  expect(cut).toBe(`${'x'.repeat(195)}[red…`)
})

test('no secret survives a quote, wherever it stands', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (before, after) => {
      const text = quote(`${before}tHe-SeCrEt-KeY${after}`, redaction(['tHe-SeCrEt-KeY']))
      expect(text).not.toContain('tHe-SeCrEt')
    }),
  )
})

test('a cause is kept unless it or what caused it holds a secret', () => {
  const redact = redaction(['secret-key'])
  const harmless = new Error('down', { cause: new Error('ECONNREFUSED') })
  expect(redactedCause(harmless, redact)).toBe(harmless)
  const telling = new Error('down', { cause: new Error('header secret-key') })
  expect(redactedCause(telling, redact)).toEqual(new Error('down'))
  expect(redactedCause('secret-key', redact)).toEqual(new Error('[redacted]'))
})
