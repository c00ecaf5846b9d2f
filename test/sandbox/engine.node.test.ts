import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { metered } from '../../sandbox/engine/meter.ts'
import { quickjsNames } from '../../sandbox/engine/names.ts'
import { webAssembly } from '../../src/ports/web-assembly.ts'
import { compileEngine } from '../../src/sandbox/index.ts'

const committed = readFileSync(new URL('../../sandbox/quickjs.wasm', import.meta.url))

describe('the engine in the repository', () => {
  const release = readFileSync(createRequire(import.meta.url).resolve('@jitl/quickjs-ng-wasmfile-release-sync/wasm'))

  test('is what the build makes of the release, byte for byte', () => {
    expect(committed.equals(metered(release, quickjsNames))).toBe(true)
  })

  test('has the digest that stands beside it', () => {
    const [digest] = readFileSync(new URL('../../sandbox/quickjs.wasm.sha256', import.meta.url), 'utf8').split(' ')
    expect(createHash('sha256').update(committed).digest('hex')).toBe(digest)
  })

  test('is under 600 kB', () => {
    expect(committed.length).toBeLessThan(600_000)
  })

  test('is refused by the build when it has an import without a name', () => {
    expect(() => metered(release, { ...quickjsNames, imports: new Map([['a', 'memory']]) })).toThrow(
      /no name is known/i,
    )
  })
})

/** `(module (import "a" "m" (memory 1)) (global i32 0) (func (export "f") (param i32) …))` */
const moduleWith = (body: readonly number[]): Uint8Array =>
  Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x05, 0x01, 0x60, 0x01, 0x7f, 0x00], // type (i32) -> ()
    ...[0x02, 0x08, 0x01, 0x01, 0x61, 0x01, 0x6d, 0x02, 0x00, 0x01], // memory
    ...[0x03, 0x02, 0x01, 0x00], // one function
    ...[0x06, 0x06, 0x01, 0x7f, 0x00, 0x41, 0x00, 0x0b], // one global
    ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // exported
    ...[0x0a, body.length + 4, 0x01, body.length + 2, 0x00, ...body, 0x0b],
  )

/** Runs the function of a metered module and tells how many steps it took, or that it was stopped. */
const stepsOf = async (body: readonly number[], argument: number, steps: bigint): Promise<bigint | 'stopped'> => {
  const { Instance, Memory } = webAssembly()
  const names = { imports: new Map([['m', 'memory']]), exports: new Map([['f', 'run']]) }
  const engine = await compileEngine(metered(moduleWith(body), names) as Uint8Array<ArrayBuffer>)
  const { exports } = new Instance(engine, { host: { memory: new Memory({ initial: 16, maximum: 16 }) } })
  const { run, steps: left } = exports as { run(argument: number): void; steps: { value: bigint } }
  left.value = steps
  try {
    run(argument)
  } catch {
    expect(left.value <= 0n).toBe(true)
    return 'stopped'
  }
  return steps - left.value
}

describe('a metered module', () => {
  // loop { n -= 1; if (n !== 0) continue }
  const countdown = [0x03, 0x40, 0x20, 0x00, 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b]
  const forever = [0x03, 0x40, 0x0c, 0x00, 0x0b]
  // if (n !== 0) f(n - 1)
  const recursive = [0x20, 0x00, 0x04, 0x40, 0x20, 0x00, 0x41, 0x01, 0x6b, 0x10, 0x00, 0x0b]
  // memory.fill(0, 7, n)
  const filled = [0x41, 0x00, 0x41, 0x07, 0x20, 0x00, 0xfc, 0x0b, 0x00]
  // memory.copy(0, 8, n)
  const copied = [0x41, 0x00, 0x41, 0x08, 0x20, 0x00, 0xfc, 0x0a, 0x00, 0x00]

  test('counts one for the function and one for each turn', async () => {
    expect(await stepsOf([0x01], 0, 10n)).toBe(1n)
    expect(await stepsOf(countdown, 5, 100n)).toBe(6n)
    expect(await stepsOf(recursive, 5, 100n)).toBe(6n)
  })

  test('counts one for 64 bytes that are filled or copied, and does it', async () => {
    expect(await stepsOf(filled, 6400, 1000n)).toBe(101n)
    expect(await stepsOf(copied, 640, 1000n)).toBe(11n)
    expect(await stepsOf(filled, 63, 1000n)).toBe(1n)
  })

  test('stops at the last step, not before', async () => {
    expect(await stepsOf(countdown, 5, 6n)).toBe(6n)
    expect(await stepsOf(countdown, 5, 5n)).toBe('stopped')
    expect(await stepsOf(filled, 6400, 101n)).toBe(101n)
    expect(await stepsOf(filled, 6400, 100n)).toBe('stopped')
    expect(await stepsOf(forever, 0, 100_000n)).toBe('stopped')
    expect(await stepsOf(recursive, 100, 50n)).toBe('stopped')
  })

  test.each([
    ['vectors', [0xfd, 0x0c]],
    ['exceptions', [0x06, 0x40]],
    ['threads', [0xfe, 0x00]],
    ['tail calls', [0x12, 0x00]],
  ])('is not made of one with %s: what is not known is not counted', (_what, body) => {
    expect(() => metered(moduleWith(body), { imports: new Map([['m', 'memory']]), exports: new Map() })).toThrow(
      /not known/,
    )
  })

  test('is not made of what ends in the middle', () => {
    const whole = moduleWith(countdown)
    expect(() => metered(whole.subarray(0, whole.length - 3), quickjsNames)).toThrow(RangeError)
  })
})
