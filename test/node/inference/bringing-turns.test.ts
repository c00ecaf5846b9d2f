import { mkdtempSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type BringingTurnsOptions, bringingTurns } from '../../../node/inference/bringing-turns.ts'
import { cachePlace } from '../../../node/inference/cache-place.ts'
import { turnRecords } from '../../../node/inference/kept-records.ts'
import { fileSystemStorage } from '../../../node/storage/file-system.ts'
import { sha256 } from '../../../src/data/sha256.ts'

const alive = JSON.stringify({ pid: process.ppid, run: 'another', host: hostname() })
const gone = JSON.stringify({ pid: 2 ** 30, run: 'another', host: hostname() })
const elsewhere = JSON.stringify({ pid: 1, run: 'another', host: 'another machine' })

/** Turns in a new folder; each wait runs `meanwhile` in place of time. */
const newTurns = (meanwhile: (waits: number) => unknown = () => {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'kkachi-turns-'))
  const records = turnRecords(cachePlace(folder), folder)
  const beats: (() => void)[] = []
  const seen = { waits: 0 }
  const options: BringingTurnsOptions = {
    sleep: async () => {
      seen.waits += 1
      await meanwhile(seen.waits)
    },
    again: (_, work) => {
      beats.push(work)
      return () => beats.splice(beats.indexOf(work), 1)
    },
  }
  return { folder, records, beats, seen, turns: bringingTurns(records, options) }
}

describe('bringingTurns', () => {
  test('are had at once where nobody brings the file, and leave nothing when they end', async () => {
    const { turns, records, seen, beats } = newTurns()
    const turn = await turns('file')
    expect([turn.waited, seen.waits, beats.length]).toEqual([false, 0, 1])
    await turn.end()
    expect([await records.get('file'), beats]).toEqual([undefined, []])
  })

  test('come one after another, and files do not wait for each other', async () => {
    const order: string[] = []
    const { turns } = newTurns(() => new Promise(resolve => setTimeout(resolve)))
    const other = await turns('another file')
    const bring = async (who: number) => {
      const turn = await turns('file')
      order.push(`${who} begins`)
      await new Promise(resolve => setTimeout(resolve))
      order.push(`${who} ends`)
      await turn.end()
      return turn.waited
    }
    const waited = await Promise.all([1, 2, 3].map(bring))
    await other.end()
    expect(waited.filter(one => !one)).toHaveLength(1)
    for (let at = 0; at < 6; at += 2) expect(order[at + 1]).toBe(order[at]?.replace('begins', 'ends'))
  })

  test('of a process that has ended are taken without a wait', async () => {
    const { turns, records, seen } = newTurns()
    await records.put({ key: 'file', owner: gone })
    const turn = await turns('file')
    expect(seen.waits).toBe(0)
    await turn.end()
  })

  test('of a process that ends meanwhile are taken at the next look, by one of those who wait', async () => {
    const { turns, records, seen } = newTurns(async waits => {
      if (waits === 4) await records.put({ key: 'file', owner: gone })
      await new Promise(resolve => setTimeout(resolve))
    })
    await records.put({ key: 'file', owner: alive })
    const had: boolean[] = []
    const bring = async () => {
      const turn = await turns('file')
      had.push(true)
      expect(had).toHaveLength(1)
      had.pop()
      await turn.end()
    }
    await Promise.all([bring(), bring()])
    expect(seen.waits).toBeGreaterThanOrEqual(4)
  })

  test.each([
    ['on this machine that is stuck', alive],
    ['on another machine', elsewhere],
  ])('of a process %s are waited for as long as it says that it is there', async (_, owner) => {
    const { turns, records, seen } = newTurns(async waits => {
      if (waits % 60 === 0 && waits <= 600) await records.put({ key: 'file', owner })
    })
    await records.put({ key: 'file', owner })
    const turn = await turns('file')
    expect(seen.waits).toBe(700)
    expect((await records.get('file'))?.record.owner).not.toBe(owner)
    await turn.end()
  })

  test('are said to go on, and no more once another has taken them over', async () => {
    const { turns, records, beats } = newTurns()
    const turn = await turns('file')
    const first = (await records.get('file'))?.version
    beats[0]?.()
    await expect.poll(async () => (await records.get('file'))?.version).not.toBe(first)
    await records.put({ key: 'file', owner: alive })
    beats[0]?.()
    await turn.end()
    expect((await records.get('file'))?.record.owner).toBe(alive)
  })

  test('behind a record that nobody can read end with a download of one more', async () => {
    const { turns, folder, seen } = newTurns()
    await fileSystemStorage(`${folder}/records`).put(`turn/${await sha256('file')}`, new Uint8Array([1, 2]))
    await (await turns('file')).end()
    expect(seen.waits).toBe(100)
  })

  test('are waited for until the signal aborts', async () => {
    const controller = new AbortController()
    const { turns, records } = newTurns(waits => waits === 3 && controller.abort())
    await records.put({ key: 'file', owner: alive })
    await expect(turns('file', controller.signal)).rejects.toMatchObject({ name: 'AbortError' })
    expect((await records.get('file'))?.record.owner).toBe(alive)
  })
})
