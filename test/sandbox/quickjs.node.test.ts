import { afterAll, describe, expect, test } from 'vitest'
import { quickjsEngine } from '../../node/sandbox/quickjs-engine.ts'
import { threadSandbox } from '../../node/sandbox/thread-sandbox.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { compileEngine, quickjsSandbox } from '../../src/sandbox/index.ts'
import { describeSandbox } from '../contracts/sandbox-contract.ts'
import { describeSandboxedMetric } from './metric-in-sandbox.ts'
import { describeSandboxSecurity } from './sandbox-security.ts'

const opened: Sandbox[] = []
afterAll(() => {
  for (const sandbox of opened) sandbox.dispose()
})
const thread = (): Sandbox => {
  const sandbox = threadSandbox()
  opened.push(sandbox)
  return sandbox
}

describeSandbox('quickjsSandbox in Node', () => quickjsSandbox({ engine: quickjsEngine }))
describeSandbox('threadSandbox', thread)
describeSandboxSecurity('Node', () => quickjsSandbox({ engine: quickjsEngine }))
describeSandboxedMetric('Node', () => quickjsSandbox({ engine: quickjsEngine }))

describe('a thread', () => {
  const spin = { source: 'export default () => { for (;;) {} }', args: [], limits: { timeMs: 400, steps: 2 ** 40 } }

  test('security 29: the process answers others meanwhile', async () => {
    const sandbox = thread()
    await sandbox.run({ source: 'export default () => 1', args: [] })
    const leaving = new AbortController()
    let answered = 0
    // Ten turns of a process that waits for its thread; of one that cannot turn, the code would reach its limit of time.
    const others = setInterval(() => {
      answered += 1
      if (answered === 10) leaving.abort()
    }, 10)
    const running = sandbox.run({ ...spin, limits: { timeMs: 60_000, steps: 2 ** 40 }, signal: leaving.signal })
    await expect(running).rejects.toHaveProperty('name', 'AbortError')
    clearInterval(others)
  })

  test('ends what takes longer than it may', async () => {
    await expect(thread().run(spin)).rejects.toHaveProperty('code', 'sandbox/time')
  })

  test('is ended by an abort while the code runs, and what waits gets another', async () => {
    const sandbox = thread()
    await sandbox.run({ source: 'export default () => 1', args: [] })
    const leaving = new AbortController()
    const running = sandbox.run({ ...spin, limits: { timeMs: 60_000, steps: 2 ** 40 }, signal: leaving.signal })
    const waiting = sandbox.run({ source: 'export default () => 2', args: [] })
    setTimeout(() => leaving.abort(), 50)
    await expect(running).rejects.toHaveProperty('name', 'AbortError')
    expect(await waiting).toBe(2)
  })

  test('leaves a call that waits without ending the one that runs', async () => {
    const sandbox = thread()
    const leaving = new AbortController()
    const running = sandbox.run({ source: 'export default () => 1', args: [] })
    const waiting = sandbox.run({ source: 'export default () => 2', args: [], signal: leaving.signal })
    leaving.abort()
    await expect(waiting).rejects.toHaveProperty('name', 'AbortError')
    expect(await running).toBe(1)
  })

  test('ends with dispose(): what was under way is an abort', async () => {
    const sandbox = thread()
    const running = [sandbox.run(spin), sandbox.run(spin)]
    sandbox.dispose()
    for (const call of running) await expect(call).rejects.toHaveProperty('name', 'AbortError')
    expect(await sandbox.run({ source: 'export default () => 3', args: [] })).toBe(3)
  })
})

describe('an engine that is none', () => {
  test.each([
    ['fails to load', () => Promise.reject(new Error('not there'))],
    ['is another module', () => compileEngine(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))],
    ['is something else', () => ({})],
  ])('that %s is told as such', async (_what, engine) => {
    const sandbox = quickjsSandbox({ engine })
    await expect(sandbox.run({ source: 'export default () => 1', args: [] })).rejects.toHaveProperty(
      'code',
      'sandbox/engine',
    )
  })

  test('is asked for again after it failed', async () => {
    let asked = 0
    const sandbox = quickjsSandbox({
      engine: () => (++asked === 1 ? Promise.reject(new Error('not yet')) : quickjsEngine()),
    })
    await expect(sandbox.run({ source: 'export default () => 1', args: [] })).rejects.toHaveProperty(
      'code',
      'sandbox/engine',
    )
    expect(await sandbox.run({ source: 'export default () => 1', args: [] })).toBe(1)
  })
})
