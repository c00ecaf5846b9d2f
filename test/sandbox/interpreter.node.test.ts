import { afterAll, describe, expect, test } from 'vitest'
import { quickjsEngine } from '../../node/sandbox/quickjs-engine.ts'
import { threadInterpreter } from '../../node/sandbox/thread-interpreter.ts'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeInterpreter } from '../contracts/code-interpreter-contract.ts'
import { describeInterpreterSecurity } from './interpreter-security.ts'

const make = () => quickjsInterpreter({ engine: quickjsEngine })

describeCodeInterpreter('quickjsInterpreter in Node', make)
describeInterpreterSecurity('Node', make)
const threads = threadInterpreter()
afterAll(() => threads.dispose())
describeCodeInterpreter('threadInterpreter', () => threads)

describe('a thread', () => {
  test('security 29: the process answers others meanwhile, and an abort ends the code in the middle of a loop', async () => {
    const session = await threadInterpreter().open({ limits: { timeMs: 60_000, steps: 2 ** 40 } })
    const leaving = new AbortController()
    let answered = 0
    // Ten turns of a process that waits for its thread; of one that cannot turn, the code would reach its limit of time.
    const others = setInterval(() => {
      answered += 1
      if (answered === 10) leaving.abort()
    }, 10)
    await expect(session.run('for (;;);', { signal: leaving.signal })).rejects.toHaveProperty('name', 'AbortError')
    clearInterval(others)
    expect(session.over).toBe(true)
  })
})

describe('time', () => {
  test('is counted while the code runs, not while the host does', async () => {
    let now = 0
    const clock = {
      now: () => now,
      sleep: async () => {},
      alarm: () => () => {},
    }
    const session = await quickjsInterpreter({ engine: quickjsEngine, clock }).open({
      limits: { timeMs: 1000 },
      functions: {
        slow: async () => {
          await null
          now += 5000
        },
      },
    })
    expect(await session.run('await slow(); await slow(); 1')).toEqual({ output: '', value: 1 })
    const slower = quickjsInterpreter({ engine: quickjsEngine, clock: { ...clock, now: () => (now += 100) } })
    const error = (await slower.open({ limits: { timeMs: 1000 } })).run('for (;;);').catch((error: unknown) => error)
    expect(await error).toMatchObject({ code: 'sandbox/time', message: expect.stringContaining('1000 ms') })
  })
})
