import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventLines } from '../../src/models/event-lines.ts'

const read = (...pieces: readonly string[]): string => {
  const lines = eventLines()
  return pieces.map(piece => lines.push(piece)).join('') + lines.end()
}

test('every line end becomes a line feed, and a line is told when it is complete', () => {
  const lines = eventLines()
  expect(['data: a\r\nda', 'ta: b\r', '\n\rdata: c', '\n'].map(piece => lines.push(piece))).toEqual([
    'data: a\n',
    'data: b\n',
    '\n',
    'data: c\n',
  ])
})

test('comments and fields that no answer has are left out', () => {
  expect(read(': hello\nid: 1\nretry: 5\nevent: error\ndata: x\n\n\ufeff\nx\n')).toBe('event: error\ndata: x\n\n')
})

test('how many lines an event has so far is known', () => {
  const lines = eventLines()
  const counts = ['data: a\ndata: b\n: c\n', 'data: c\n', '\ndata: d\ndata', ': e\n'].map(piece => {
    lines.push(piece)
    return lines.unended
  })
  expect(counts).toEqual([2, 3, 1, 2])
})

test('the last line counts without its end', () => {
  expect(read('data: [DO', 'NE]')).toBe('data: [DONE]\n')
})

test('the lines do not depend on where a stream was cut', () => {
  const text = fc.array(fc.constantFrom('data: x', 'event: e', ': c', '\n', '\r', '\r\n', 'x'), { maxLength: 30 })
  fc.assert(
    fc.property(text, fc.array(fc.nat(200), { maxLength: 6 }), (parts, cuts) => {
      const whole = parts.join('')
      const places = [0, ...cuts.map(cut => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
      const pieces = places.slice(1).map((to, index) => whole.slice(places[index], to))
      expect(read(...pieces)).toBe(read(whole))
    }),
  )
})

test('four million lines of one letter, and as many carriage returns, take seconds at most', () => {
  for (const line of ['x\n', ':\r']) {
    const lines = eventLines()
    const piece = line.repeat(32_768)
    const began = performance.now()
    let length = 0
    for (let pieces = 0; pieces < 128; pieces += 1) length += lines.push(piece).length
    expect(length).toBe(0)
    expect(performance.now() - began).toBeLessThan(30_000)
  }
})
