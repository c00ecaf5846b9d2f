import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { fileSystemStorage } from '../../../node/storage/file-system.ts'
import { inFlight, journaledRun } from './journaled-run.ts'

const root = mkdtempSync(join(tmpdir(), 'kkachi-kill-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Noted {
  readonly paid: readonly string[]
  readonly kept: readonly string[]
  readonly moments: readonly string[]
}

/** Runs the child that is killed at a moment; with 0 it comes to its end. */
const childRun = async (moment: number): Promise<Noted & { readonly folder: string; readonly ended: string }> => {
  const folder = join(root, `${moment}`, 'journal')
  const log = join(mkdtempSync(join(root, 'log-')), 'log')
  const child = spawn(process.execPath, [script, folder, log, `${moment}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let trouble = ''
  child.stderr.on('data', piece => {
    trouble += piece
  })
  const ended = await new Promise<string>(resolve =>
    child.on('close', (code, signal) => resolve(signal ?? (code === 0 ? 'whole' : trouble))),
  )
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  const after = (word: string) =>
    lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1))
  return { folder, ended, paid: after('paid'), kept: after('kept'), moments: after('moment') }
}

const script = fileURLToPath(new URL('./killed-run.ts', import.meta.url))

/** The same run in this process, without a kill. */
const nextRun = async (folder: string): Promise<Omit<Noted, 'moments'> & { readonly program: string }> => {
  const noted = { paid: [] as string[], kept: [] as string[] }
  const program = await journaledRun(folder, (what, request) => noted[what].push(request))
  return { ...noted, program }
}

describe('27. a kill -9 at every write of the journal', () => {
  test('leaves a store that opens; the next run repeats the calls in flight at most and gives the same program', async () => {
    const whole = await childRun(0)
    expect(whole.ended).toBe('whole')
    const { program, paid } = await nextRun(join(root, 'undisturbed'))
    expect([whole.paid.length, JSON.parse(program).demos.length > 0]).toEqual([paid.length, true])
    // The run uses every kind of write there is.
    expect(new Set(whole.moments)).toEqual(new Set(kinds))

    const outcomes: unknown[] = []
    const moments = whole.moments.map((_, index) => index + 1)
    const killAt = async (moment: number): Promise<void> => {
      const killed = await childRun(moment)
      const storage = fileSystemStorage(killed.folder)
      let entries = 0
      for await (const key of storage.list('')) entries += (await storage.get(key)) === undefined ? 0 : 1
      const next = await nextRun(killed.folder)
      const again = next.paid.filter(request => killed.paid.includes(request))
      outcomes.push({
        moment,
        ended: killed.ended,
        allKept: entries >= new Set(killed.kept).size,
        used: next.paid.filter(request => killed.kept.includes(request)),
        repeatsFew: again.length <= inFlight,
        // Nothing is asked but what the journal lacks.
        asksRest: next.paid.length === paid.length - entries,
        same: next.program === program,
        third: (await nextRun(killed.folder)).paid,
      })
    }
    await Promise.all(
      Array.from({ length: Math.min(4, availableParallelism()) }, async () => {
        for (let moment = moments.shift(); moment !== undefined; moment = moments.shift()) await killAt(moment)
      }),
    )
    expect(outcomes.length).toBe(whole.moments.length)
    const good = { ended: 'SIGKILL', allKept: true, used: [], repeatsFew: true, asksRest: true, same: true, third: [] }
    expect(outcomes.filter(outcome => !isGood(outcome, good))).toEqual([])
  }, 600_000)
})

const isGood = (outcome: unknown, good: object): boolean => {
  const { moment: _, ...rest } = outcome as { readonly moment: number }
  return JSON.stringify(rest) === JSON.stringify(good)
}

const kinds = [
  ...['mkdir:.tmp', 'mkdir:.locks', 'writeFile', 'half:writeFile', 'link:.locks', 'open', 'file.writeFile'],
  ...['half:file.writeFile', 'file.sync', 'file.close', 'rename:.tmp', 'rm:.locks'],
]
