import { expect, test } from 'vitest'
import { withoutEcho } from '../../src/models/without-echo.ts'

const request = JSON.stringify({ messages: [{ role: 'user', content: 'My diagnosis is a secret of mine.' }] })

test.each([
  ['Invalid content: My diagnosis is a secret of mine. (at 0)', 'Invalid content: […] (at 0)'],
  ['"diagnosis is a secret" twice: diagnosis is a secret', '"[…]" twice:[…]'],
  ['Unknown role user', 'Unknown role user'],
  ['', ''],
])('%j is told as %j', (text, expected) => {
  expect(withoutEcho(text, request)).toBe(expected)
})
