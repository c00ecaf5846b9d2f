import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, expect, test } from 'vitest'
import { loadRows, readRows } from '../../../node/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-parquet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The path of a Parquet file with these columns. */
const written = (name: string, columns: Parameters<typeof parquetWriteBuffer>[0]): string => {
  const file = join(folder, name)
  writeFileSync(file, new Uint8Array(parquetWriteBuffer(columns)))
  return file
}

test('texts, numbers, flags, dates and what is missing come as JSON has them', async () => {
  const file = written('kinds.parquet', {
    columnData: [
      { name: 'text', data: ['one', 'zwei, ünï', null], type: 'STRING', nullable: true },
      { name: 'count', data: [1n, 2n ** 52n, -3n], type: 'INT64' },
      { name: 'share', data: [0.5, 1, -2.25], type: 'DOUBLE' },
      { name: 'spam', data: [true, false, true], type: 'BOOLEAN' },
      { name: 'at', data: [new Date(0), new Date(1e12), new Date(1)], type: 'TIMESTAMP' },
    ],
  })
  expect(await loadRows(file)).toEqual([
    { text: 'one', count: 1, share: 0.5, spam: true, at: '1970-01-01T00:00:00.000Z' },
    { text: 'zwei, ünï', count: 2 ** 52, share: 1, spam: false, at: '2001-09-09T01:46:40.000Z' },
    { text: null, count: -3, share: -2.25, spam: true, at: '1970-01-01T00:00:00.001Z' },
  ])
})

test('a long file comes whole and in order, packed by GZIP too', async () => {
  const data = Array.from({ length: 5_001 }, (_, index) => `row ${index}`)
  const compressors = { GZIP: (bytes: Uint8Array) => gzipSync(bytes) }
  const file = written('long.parquet', {
    columnData: [{ name: 'text', data, type: 'STRING' }],
    codec: 'GZIP',
    compressors,
  })
  let next = 0
  for await (const row of readRows(file)) expect(row.text).toBe(`row ${next++}`)
  expect(next).toBe(5_001)
})

test('a damaged file, and a number beyond 2^53, are refused by name and row', async () => {
  const damaged = join(folder, 'damaged.parquet')
  writeFileSync(damaged, 'PAR1 nothing PAR1')
  await expect(loadRows(damaged)).rejects.toMatchObject({ code: 'data/parse', file: damaged })
  const large = written('large.parquet', { columnData: [{ name: 'id', data: [1n, 2n ** 60n], type: 'INT64' }] })
  await expect(loadRows(large)).rejects.toMatchObject({ code: 'data/parse', message: expect.stringContaining('row 2') })
  await expect(loadRows(join(folder, 'absent.parquet'))).rejects.toMatchObject({ code: 'data/missing' })
})
