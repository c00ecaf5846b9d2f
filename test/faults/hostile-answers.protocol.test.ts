import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HostileAnswer, hostileAnswers } from './hostile-answers.ts'
import { type HostileServer, type HostileTrial, hostileServer, hostileTrial } from './hostile-trial.ts'

// Security 11, 14 and 15 for the client of models: what a provider, or who sits in its place, may send.

let server: HostileServer

beforeAll(async () => {
  server = await hostileServer()
  // The first calls of a process compile: that blocks, and is nobody's fault.
  for (const answer of hostileAnswers.filter(({ key }) => warming.includes(key))) {
    await hostileTrial(server.origin, answer)
  }
})
afterAll(() => server.close())

const warming = ['echo-400', 'proto-envelope', 'proto-event', 'comments', 'contents']

/** The one of three trials that was disturbed least: a block that is ours is in all of them. */
const calmest = async (answer: HostileAnswer, enough: number): Promise<HostileTrial> => {
  let best = await hostileTrial(server.origin, answer)
  for (let more = 0; more < 6 && best.blockedMs > enough; more += 1) {
    const next = await hostileTrial(server.origin, answer)
    if (next.blockedMs < best.blockedMs) best = next
  }
  return best
}

const rows = (kinds: readonly HostileAnswer['kind'][]): (readonly [string, HostileAnswer])[] =>
  hostileAnswers.filter(({ kind }) => kinds.includes(kind)).map(answer => [answer.name, answer])

describe('hostile answers', () => {
  test.each(rows(['refusal']))('security 14: %s shows neither the prompt nor the key', async (_, answer) => {
    const { outcome, shown } = await hostileTrial(server.origin, answer)
    expect(outcome).toBe(answer.owed)
    expect(shown).toContain('Not good')
    expect(shown).not.toMatch(/Ticket|days ago|sk-laboratory/)
  })

  test.each(rows(['small']))(
    'security 11: %s is refused or read as it should be, in milliseconds a megabyte',
    async (_, answer) => {
      const { outcome, ms } = await hostileTrial(server.origin, answer)
      expect(outcome).toBe(answer.owed)
      expect(ms).toBeLessThan(20_000)
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    },
  )

  test.each(rows(['endless']))(
    'security 15: %s is a typed error at the bound, and the loop goes on',
    async (_, answer) => {
      const { outcome, ms, blockedMs, mebibytes } = await calmest(answer, 50)
      expect(outcome).toBe(answer.owed)
      expect(ms).toBeLessThan(60_000)
      expect(blockedMs).toBeLessThan(50)
      expect(mebibytes).toBeLessThan(256)
    },
  )
})
