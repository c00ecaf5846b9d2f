import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filePattern, filesOf } from '../../../node/build/file-pattern.ts'

const names = [
  ...['a.json', 'b.jsonl', '.hidden.json', 'part-1.csv', 'part-10.csv', 'notes.md'],
  ...['spam/a.json', 'spam/deep/b.json', 'ham/a.json', 'node_modules/x/a.json'],
]
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-glob-'))
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), '[]')
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const found = async (...patterns: readonly string[]): Promise<readonly string[]> =>
  (await filesOf(patterns.map(text => filePattern(text, folder)))).map(file => relative(folder, file))

describe('filePattern', () => {
  test.each([
    ['*.json', ['a.json']],
    ['.*.json', ['.hidden.json']],
    ['./a.json', ['a.json']],
    ['part-?.csv', ['part-1.csv']],
    ['part-*.csv', ['part-1.csv', 'part-10.csv']],
    ['*.{json,jsonl}', ['a.json', 'b.jsonl']],
    ['{spam,ham}/*.json', ['ham/a.json', 'spam/a.json']],
    ['*/a.json', ['ham/a.json', 'spam/a.json']],
    ['**/*.json', ['a.json', 'ham/a.json', 'spam/a.json', 'spam/deep/b.json']],
    ['spam/**', ['spam/a.json', 'spam/deep/b.json']],
    ['spam/**/b.json', ['spam/deep/b.json']],
  ])('%s', async (pattern, expected) => {
    expect(await found(pattern)).toEqual(expected)
  })

  test('lists a file once, in the order of the paths', async () => {
    expect(await found('spam/a.json', '*.json', '**/a.json')).toEqual(['a.json', 'ham/a.json', 'spam/a.json'])
  })

  test('reaches files above and by whole paths', async () => {
    expect(await filesOf([filePattern('../a.json', join(folder, 'spam'))])).toEqual([join(folder, 'a.json')])
    expect(await filesOf([filePattern(join(folder, '*.jsonl'), '/')])).toEqual([join(folder, 'b.jsonl')])
  })

  test('says which pattern no file fits', async () => {
    await expect(found('*.json', 'none/*.csv')).rejects.toMatchObject({
      code: 'data/missing',
      message: expect.stringContaining("No file fits 'none/*.csv'"),
    })
  })

  test('compares a long name with many stars in no time', () => {
    expect(filePattern(`${'*a'.repeat(30)}b`, '/x').fits(`/x/${'a'.repeat(5_000)}`)).toBe(false)
  })
})
