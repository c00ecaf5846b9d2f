import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 'kkachi-journal-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const at = (path: string): string => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href)

/** A run of 60 calls, 4 at once; every call that reaches the model is noted in `paid`, every answer used in `used`. */
const program = (directory: string, name: string): string => `
  import { appendFileSync } from 'node:fs'
  import { cached } from ${at('src/models/cached.ts')}
  import { scriptedModel } from ${at('src/testing/scripted-model.ts')}
  import { fileSystemStorage } from ${at('node/storage/file-system.ts')}
  const paid = scriptedModel(async ({ seed }) => {
    appendFileSync(${JSON.stringify(join(directory, `${name}.paid`))}, seed + '\\n')
    await new Promise(resolve => setTimeout(resolve, 5))
    return 'answer ' + seed
  })
  const model = cached(paid, { storage: fileSystemStorage(${JSON.stringify(join(directory, 'journal'))}) })
  let next = 0
  await Promise.all([1, 2, 3, 4].map(async () => {
    while (next < 60) {
      const seed = next++
      const { completions } = await model.generate({ messages: [{ role: 'user', content: 'q' }], seed })
      appendFileSync(${JSON.stringify(join(directory, `${name}.used`))}, completions[0].text + '\\n')
    }
  }))`

const run = (directory: string, name: string) => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program(directory, name)])
  let trouble = ''
  child.stderr.on('data', piece => {
    trouble += piece
  })
  return { child, ended: new Promise<string>(resolve => child.on('close', () => resolve(trouble))) }
}

const linesOf = (path: string): string[] => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [])

test('a killed run goes on where it was: no answer that was used is paid for twice', async () => {
  for (const answersBefore of [1, 20, 45]) {
    const directory = mkdtempSync(join(root, 'run-'))
    const killed = run(directory, 'first')
    while (linesOf(join(directory, 'first.used')).length < answersBefore) {
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(await run(directory, 'second').ended).toBe('')

    const used = linesOf(join(directory, 'first.used'))
    const again = linesOf(join(directory, 'second.paid')).map(seed => `answer ${seed}`)
    expect(again.filter(answer => used.includes(answer))).toEqual([])
    const calls = linesOf(join(directory, 'first.paid')).length + again.length
    expect(calls).toBeLessThanOrEqual(60 + 4) // the calls in flight
    expect(new Set(linesOf(join(directory, 'second.used'))).size).toBe(60)
  }
}, 300_000)
