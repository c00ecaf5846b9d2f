import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadRows, readRows } from '../../../node/data/read-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-rows-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('data files', () => {
  test.each([
    ['a.jsonl', '\uFEFF{"a": 1}\r\n\n{"a": "é\\n日本"}'],
    ['a.ndjson', '{"a": 1}\n{"a": "é\\n日本"}\n'],
    ['a.json', '\uFEFF[{"a": 1}, {"a": "é\\n日本"}]'],
  ])('%s gives its rows', async (name, text) => {
    expect(await loadRows(file(name, text))).toEqual([{ a: 1 }, { a: 'é\n日本' }])
  })

  test('a CSV file gives its rows as text, quotes and line breaks inside values included', async () => {
    const path = file('b.csv', '\uFEFFtext,label\r\n"a ""quoted"",\nword",x\r\nplain,y\r\n')
    expect(await loadRows(path)).toEqual([
      { text: 'a "quoted",\nword', label: 'x' },
      { text: 'plain', label: 'y' },
    ])
  })

  test('a multi-byte character across two reads stays whole', async () => {
    const long = '日'.repeat(50_000)
    expect(await loadRows(file('c.jsonl', `{"a": "${long}"}\n`))).toEqual([{ a: long }])
  })

  test.each(['jsonl', 'json', 'csv'])(
    'a .%s file in another encoding is refused, not read as something else',
    async kind => {
      const path = join(folder, `latin-1.${kind}`)
      const texts = { jsonl: '{"a": "b"}\n{"a": "café"}', json: '[{"a": "café"}]', csv: 'a,b\ncafé,1\n' }
      writeFileSync(path, texts[kind as keyof typeof texts], 'latin1')
      const message = `${path} is not UTF-8 near line 1. Save it as UTF-8.`
      await expect(loadRows(path)).rejects.toMatchObject({ code: 'data/parse', message, file: path })
    },
  )

  test('a CSV file of several reads gives its rows, a character across two of them included', async () => {
    const long = '日'.repeat(50_000)
    expect(await loadRows(file('long.csv', `a,b\n${long},1\n`))).toEqual([{ a: long, b: '1' }])
  })

  test('broken JSON is located by its own line, also inside a list', async () => {
    await expect(loadRows(file('d.json', '[\n  {"a": 1},\n  {"a": }\n]'))).rejects.toMatchObject({
      code: 'data/parse',
      line: 3,
    })
  })

  test('the message of a broken line does not repeat its data', async () => {
    await expect(loadRows(file('e.jsonl', '{"secret": "hunter2" oops}\n'))).rejects.not.toThrow(/hunter2/)
  })

  test('rows are read as they are asked for: a file of 200 MB takes the memory of a few rows', async () => {
    const path = join(folder, 'large.jsonl')
    const block = `${JSON.stringify({ text: 'x'.repeat(990), label: 'y' })}\n`.repeat(1000)
    writeFileSync(path, '')
    for (let count = 0; count < 200; count += 1) writeFileSync(path, block, { flag: 'a' })
    const before = process.memoryUsage().heapUsed
    let rows = 0
    let most = 0
    for await (const _ of readRows(path)) {
      rows += 1
      if (rows % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before)
    }
    expect(rows).toBe(200_000)
    expect(most).toBeLessThan(120 * 2 ** 20)
  })
})
