import { afterAll, describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { quickjsSandbox, workerSandbox } from '../../src/sandbox/index.ts'
import { describeSandbox } from '../contracts/sandbox-contract.ts'
import { describeSandboxedMetric } from '../sandbox/metric-in-sandbox.ts'
import { describeSandboxSecurity } from '../sandbox/sandbox-security.ts'
import { engine } from './sandbox-engine.ts'

const opened: Sandbox[] = []
afterAll(() => {
  for (const sandbox of opened) sandbox.dispose()
})
const inWorker = (): Sandbox => {
  const sandbox = workerSandbox({
    start: () => new Worker(new URL('./sandbox-worker.ts', import.meta.url), { type: 'module' }),
  })
  opened.push(sandbox)
  return sandbox
}

describeSandbox('quickjsSandbox in Chromium', () => quickjsSandbox({ engine }))
describeSandbox('workerSandbox in Chromium', inWorker)
describeSandboxSecurity('Chromium', () => quickjsSandbox({ engine }))
describeSandboxedMetric('Chromium', () => quickjsSandbox({ engine }))

describe('a Web Worker', () => {
  const spin = { source: 'export default () => { for (;;) {} }', args: [], limits: { timeMs: 400, steps: 2 ** 40 } }

  test('security 29: the page goes on meanwhile', async () => {
    const sandbox = inWorker()
    await sandbox.run({ source: 'export default () => 1', args: [] })
    const leaving = new AbortController()
    let turns = 0
    // Ten turns of a page that waits for its worker; of one that cannot turn, the code would reach its limit of time.
    const others = setInterval(() => {
      turns += 1
      if (turns === 10) leaving.abort()
    }, 10)
    const running = sandbox.run({ ...spin, limits: { timeMs: 60_000, steps: 2 ** 40 }, signal: leaving.signal })
    await expect(running).rejects.toHaveProperty('name', 'AbortError')
    clearInterval(others)
  })

  test('is ended by an abort while the code runs', async () => {
    const sandbox = inWorker()
    await sandbox.run({ source: 'export default () => 1', args: [] })
    const leaving = new AbortController()
    const running = sandbox.run({ ...spin, limits: { timeMs: 60_000, steps: 2 ** 40 }, signal: leaving.signal })
    setTimeout(() => leaving.abort(), 50)
    await expect(running).rejects.toHaveProperty('name', 'AbortError')
    expect(await sandbox.run({ source: 'export default () => 2', args: [] })).toBe(2)
  })

  test('that does not start is told as such', async () => {
    const sandbox = workerSandbox({
      start: () => new Worker(new URL('./no-such-script.js', location.href), { type: 'module' }),
    })
    await expect(sandbox.run({ source: 'export default () => 1', args: [] })).rejects.toHaveProperty(
      'code',
      'sandbox/engine',
    )
  })
})
