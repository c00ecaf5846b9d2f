import { expect, test } from 'vitest'
import { quickjsInterpreter, workerInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeInterpreter } from '../contracts/code-interpreter-contract.ts'
import { describeInterpreterSecurity } from '../sandbox/interpreter-security.ts'
import { engine } from './sandbox-engine.ts'

const make = () => quickjsInterpreter({ engine })

describeCodeInterpreter('quickjsInterpreter in Chromium', make)
describeInterpreterSecurity('Chromium', make)

const inWorker = () =>
  workerInterpreter({ start: () => new Worker(new URL('./sandbox-worker.ts', import.meta.url), { type: 'module' }) })

describeCodeInterpreter('workerInterpreter in Chromium', inWorker)

test('security 29: the page goes on while a session runs in its worker, and an abort ends it', async () => {
  const session = await inWorker().open({ limits: { timeMs: 60_000, steps: 2 ** 40 } })
  const leaving = new AbortController()
  let turns = 0
  // Ten turns of a page that waits for its worker; of one that cannot turn, the session would reach its limit of time.
  const others = setInterval(() => {
    turns += 1
    if (turns === 10) leaving.abort()
  }, 10)
  await expect(session.run('for (;;);', { signal: leaving.signal })).rejects.toHaveProperty('name', 'AbortError')
  clearInterval(others)
})

test('a worker that does not start is told as such', async () => {
  const interpreter = workerInterpreter({
    start: () => new Worker(new URL('./no-such-script.js', location.href), { type: 'module' }),
  })
  await expect(interpreter.open()).rejects.toHaveProperty('code', 'sandbox/engine')
})
