import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rowWriter } from '../../../node/cli/row-writer.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-rows-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the writer of rows', () => {
  test('writes every row, and the file appears when it is complete', async () => {
    const file = join(folder, 'rows.jsonl')
    const writer = await rowWriter(file)
    const rows = Array.from({ length: 3_000 }, (_, index) => ({ index, text: 'é'.repeat(50) }))
    for (const row of rows) await writer.write(row)
    expect(readdirSync(folder)).not.toContain('rows.jsonl')
    await writer.close()
    expect(readdirSync(folder)).toEqual(['rows.jsonl'])
    const written = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(written.map(line => JSON.parse(line))).toEqual(rows)
  })

  test('leaves nothing behind when it is discarded', async () => {
    const writer = await rowWriter(join(folder, 'rows.jsonl'))
    await writer.write({ a: 1 })
    await writer.discard()
    expect(readdirSync(folder)).toEqual([])
  })

  test.skipIf(process.platform !== 'linux').each([1, 5_000])(
    'says so when the disk is full after %i rows, and leaves nothing behind',
    async count => {
      const file = join(folder, 'rows.jsonl')
      symlinkSync('/dev/full', `${file}.${process.pid}.tmp`)
      const writer = await rowWriter(file)
      const work = async (): Promise<void> => {
        for (let index = 0; index < count; index += 1) await writer.write({ index, text: 'some text in a row' })
        await writer.close()
      }
      await expect(work()).rejects.toMatchObject({
        code: 'storage/quota',
        message: expect.stringMatching(/no room to write .*rows\.jsonl \(ENOSPC\)\. Free some/),
      })
      await writer.discard()
      expect(readdirSync(folder)).toEqual([])
    },
  )

  test('leaves nothing behind when the name was taken by a folder', async () => {
    const file = join(folder, 'rows.jsonl')
    const writer = await rowWriter(file)
    mkdirSync(file)
    await expect(writer.close()).rejects.toMatchObject({ code: 'storage/unavailable' })
    await writer.discard()
    expect(readdirSync(folder)).toEqual(['rows.jsonl'])
  })

  test('refuses a file in a folder that does not exist', async () => {
    await expect(rowWriter(join(folder, 'nowhere', 'rows.jsonl'))).rejects.toMatchObject({
      code: 'configuration/invalid',
      option: 'save',
    })
  })
})
