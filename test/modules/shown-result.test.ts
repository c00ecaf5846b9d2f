import { describe, expect, test } from 'vitest'
import { shownResult } from '../../src/modules/shown-result.ts'

const data = 'QUJD'.repeat(200)

describe('shownResult', () => {
  test('names and measures pictures, sound and files instead of writing them out', () => {
    expect(
      shownResult([
        { type: 'text', text: 'a map' },
        { type: 'image', url: `data:image/png;base64,${data}` },
        { type: 'audio', data, format: 'wav' },
        { type: 'resource', resource: { blob: data } },
      ]),
    ).toEqual([
      { type: 'text', text: 'a map' },
      { type: 'image', url: '(image/png, 801 characters of Base64)' },
      { type: 'audio', data: '(800 characters of Base64)', format: 'wav' },
      { type: 'resource', resource: { blob: '(800 characters of Base64)' } },
    ])
  })

  test.each([['a text'], [3], [null], [{ url: 'https://a.example/b.png', n: [1, { x: 'y' }] }], [data]])(
    'leaves %j as it is',
    result => {
      expect(shownResult(result)).toEqual(result)
    },
  )

  test('leaves what is no plain object to whoever writes it', () => {
    const when = new Date(0)
    expect(shownResult({ when })).toEqual({ when })
  })
})
