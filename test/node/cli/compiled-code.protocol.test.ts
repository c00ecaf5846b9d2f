import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-compiled-'))
afterAll(() => rmSync(folder, { recursive: true }))

const version = (cache: string): string =>
  execFileSync(process.execPath, ['bin/kkachi.mjs', '--version'], {
    ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: cache },
  }).trim()

test('what the command compiled is kept among the files of the user for its next start', () => {
  const first = version(folder)
  expect(readdirSync(join(folder, 'kkachi', 'compiled'))).not.toEqual([])
  expect(version(folder)).toBe(first)
})

test('where nothing can be kept the command starts all the same', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(version(file)).toBe(version(folder))
})
