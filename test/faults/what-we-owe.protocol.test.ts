import { describe, expect, test } from 'vitest'
import type { Fault, Timing } from './fault.ts'
import { type Reading, type Trial, trial } from './laboratory.ts'
import { plainFaults } from './plain-faults.ts'
import { streamFaults } from './stream-faults.ts'

// Every row of "What we owe", and security 16: what was cut, filtered, empty or an error never comes out as a success. 200
// calls over real sockets, a tenth of the requests spoilt. Only the times are short, and a deadline is over as soon as the
// server is silent: how quick the machine is decides nothing.

const timing: Timing = { latencyMs: 2, retryAfterSeconds: 1, slowMs: 60_000, attemptDeadlineMs: 800 }

const attempt = (fault: Fault, reading: Reading): Promise<Trial> =>
  trial({ fault, timing, reading, seed: 1, retries: { baseDelayMs: 20 }, deadlinesAreTold: true })

/** What no row may ever have. */
const never = { wrong: 0, damaged: 0, hung: 0, untyped: [] }

const rowsOf = (faults: readonly Fault[], owed: Fault['owed']): (readonly [string, Fault])[] =>
  faults.filter(fault => fault.owed === owed).map(fault => [fault.name, fault])

/** Rows that do nothing but wait for most of their time are run beside each other. */
const waits = ([, { isSlow, name }]: readonly [string, Fault]): boolean =>
  isSlow === true || name.includes('Retry-After')
const works = (row: readonly [string, Fault]): boolean => !waits(row)

const ways: readonly [Reading, readonly Fault[]][] = [
  ['run', plainFaults],
  ['run over a stream', streamFaults],
]

describe.each(ways)('security 16, %s', (reading, faults) => {
  const answered = async (_: string, fault: Fault): Promise<void> => {
    const { calls, ok, faults: spoilt, requests, mostOfOneCall, ...rest } = await attempt(fault, reading)
    expect(rest).toMatchObject(never)
    expect({ ok, failed: rest.failed, codes: rest.codes }).toEqual({ ok: calls, failed: 0, codes: new Map() })
    expect(spoilt > 0).toBe(fault.rate !== 0)
    // No request is sent that nobody needed, and never more than one and its retries.
    expect(requests).toBeLessThanOrEqual(calls + spoilt)
    expect(mostOfOneCall).toBeLessThanOrEqual(4)
  }

  test.concurrent.each(rowsOf(faults, 'answer').filter(waits))('%s: every call is answered right', answered)
  test.each(rowsOf(faults, 'answer').filter(works))('%s: every call is answered right', answered)

  test.each(rowsOf(faults, 'error'))('%s: a typed error at once, never a success or a repeat', async (_, fault) => {
    const { calls, ok, failed, faults: spoilt, requests, attemptsOfFailed, ...rest } = await attempt(fault, reading)
    expect(rest).toMatchObject(never)
    expect(spoilt).toBeGreaterThan(0)
    expect({ ok, failed, requests, attemptsOfFailed }).toEqual({
      ok: calls - spoilt,
      failed: spoilt,
      requests: calls,
      attemptsOfFailed: spoilt,
    })
  })
})

describe('security 16, stream', () => {
  const detectable = [...rowsOf(streamFaults, 'answer'), ...rowsOf(streamFaults, 'error')]

  const undamaged = async (_: string, fault: Fault): Promise<void> => {
    const { calls, ok, failed, failedUnseen, mostOfOneCall, ...rest } = await attempt(fault, 'stream')
    expect(rest).toMatchObject(never)
    expect(ok + failed).toBe(calls)
    // Before a reader has seen anything a stream is as patient as a run.
    expect(failedUnseen).toBe(0)
    if (!fault.afterOutput) expect(ok).toBe(calls)
    else expect(failed).toBeGreaterThan(0)
    expect(mostOfOneCall).toBeLessThanOrEqual(4)
  }

  test.concurrent.each(detectable.filter(waits))('%s: never silent damage', undamaged)
  test.each(detectable.filter(works))('%s: never silent damage', undamaged)

  test('an event that is sent twice is what nobody can detect: it damages, and nothing else does', async () => {
    const [fault] = streamFaults.filter(({ owed }) => owed === 'undetectable')
    if (!fault) throw new Error('The row is gone.')
    const { calls, ok, wrong, damaged, failed, faults } = await attempt(fault, 'stream')
    expect({ ok, damages: wrong + damaged + failed }).toEqual({ ok: calls - faults, damages: faults })
  })
})
