import { expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import { looseJson } from '../../src/adapters/loose-json.ts'
import { xml } from '../../src/adapters/xml.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import type { Adapter } from '../../src/ports/adapter.ts'
import { signature } from '../../src/signature/create.ts'

// Texts that made a reader look again at all of them, line by line or quote by quote: each took a minute or more.

const wanted = signature("ticket -> team: 'a' | 'b', quote, list: string[]")

const times = (unit: string, length: number): string => unit.repeat(Math.floor(length / unit.length))

const texts: readonly (readonly [string, Adapter, string])[] = [
  ['quotes after a brace', json, `{${times('"', 1_000_000)}`],
  ['texts where a value is expected', json, `{"team": ${times('"a" ', 1_000_000)}`],
  ['quotes that open and never close', json, `{"quote": ${times('`…', 500_000)}`],
  ['unquoted lines', json, `{${times('\na', 500_000)}`],
  ['empty objects', json, times('{} ', 1_000_000)],
  ['blank lines in a field', chat, `[[ ## quote ## ]]\nx${times(' \n', 2_000_000)}y`],
  ['lines that begin in bold', chat, times('**a\n', 2_000_000)],
  ['bold headers', chat, `**quote:** x\n${times('**a:** y\n', 2_000_000)}`],
  ['half a marker', chat, times('[[ ## ', 1_000_000)],
  ['unfinished tags', xml, times('<quote a="', 1_000_000)],
  ['tags of one field', xml, times('<quote>', 1_000_000)],
  ['elements in elements', xml, `<quote>x</quote><list>${times('<a>', 1_000_000)}`],
  ['elements that close what is not open', xml, `<list><a>${times('</b>', 1_000_000)}`],
  ['items', xml, `<list>${times('<item>a</item>', 1_000_000)}</list>`],
  ['sections of a list', xml, times('<list>a</list>', 1_000_000)],
  ['references', xml, `<quote>${times('&#x1F600', 1_000_000)}`],
  ['comments that nobody closes', xml, `<quote>${times('<!-- ', 1_000_000)}`],
  ['CDATA that nobody closes', xml, `<list><a>${times('<![CDATA[', 1_000_000)}`],
  ['blank lines between tags', xml, `<quote>${times('\n', 1_000_000)}<list>${times(' ', 1_000_000)}</list`],
  ['ends of an answer in one line', chat, `[[ ## quote ## ]]\n${times('[[ ## completed ## ]] x', 1_000_000)}`],
]

test.each(texts)('a megabyte and more of %s is refused in seconds', (_, adapter, text) => {
  const began = performance.now()
  let code = 'none'
  try {
    adapter.parse(wanted, { text, finishReason: 'stop' })
  } catch (error) {
    code = KkachiError.is(error) ? error.code : 'untyped'
  }
  expect(code).toBe('prediction/unparsable')
  expect(performance.now() - began).toBeLessThan(30_000) // hours, if it went back
})

test('broken JSON of a size that answers have is still repaired', () => {
  const rows = Array.from({ length: 200 }, (_, index) => `{'id': ${index}, "name": "row ${index}",}`)
  expect(looseJson(`[${rows.join(', ')}]`)?.value).toHaveLength(200)
  const prose = times('It was the best of times, it was the worst of times. ', 20_000)
  expect(looseJson(`{"essay": "${prose}", 'done': True,}`)?.value).toEqual({ essay: prose, done: true })
})
