import { describe, expect, test } from 'vitest'
import { quickjsEngine } from '../../node/sandbox/quickjs-engine.ts'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeInterpreter } from '../contracts/code-interpreter-contract.ts'
import { describeInterpreterSecurity } from './interpreter-security.ts'

const make = () => quickjsInterpreter({ engine: quickjsEngine })

describeCodeInterpreter('quickjsInterpreter in Node', make)
describeInterpreterSecurity('Node', make)

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
