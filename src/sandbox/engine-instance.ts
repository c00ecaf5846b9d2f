import { webAssembly } from '../ports/web-assembly.ts'
import type { EngineModule } from './engine-loader.ts'

/** A place in the engine's memory; 0 is none. */
export type Pointer = number

/** What the engine offers. Values of JavaScript are pointers. */
export interface EngineExports {
  /** What is left until the engine stops for good. */
  readonly steps: { value: bigint }
  start(): void
  malloc(bytes: number): Pointer
  free(pointer: Pointer): void
  newRuntime(): Pointer
  setMemoryLimit(runtime: Pointer, bytes: number): void
  setMaxStackSize(runtime: Pointer, bytes: number): void
  enableInterrupts(runtime: Pointer): void
  /** With the intrinsics of these bits; 0 is all of them. */
  newContext(runtime: Pointer, intrinsics: number): Pointer
  evaluate(context: Pointer, code: Pointer, length: number, file: Pointer, detect: number, flags: number): Pointer
  call(context: Pointer, callee: Pointer, self: Pointer, count: number, args: Pointer): Pointer
  /** The error, when the value stands for one; else 0. */
  exceptionOf(context: Pointer, value: Pointer): Pointer
  freeValue(context: Pointer, value: Pointer): void
  freeText(context: Pointer, text: Pointer): void
  undefinedValue(): Pointer
  newString(context: Pointer, text: Pointer): Pointer
  stringOf(context: Pointer, value: Pointer): Pointer
  isJobPending(runtime: Pointer): number
  executeJobs(runtime: Pointer, most: number, lastContext: Pointer): Pointer
}

/** What the host decides while the engine runs. */
export interface EngineHost {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Asked every few thousand turns; true stops the code. */
  readonly interrupted: () => boolean
}

export interface EngineInstance {
  readonly exports: EngineExports
  /** The memory as it is now; stale after any call into the engine. */
  bytes(): Uint8Array
}

const pageBytes = 65536
/** The engine's own data and stack, which end at 5.4 MB, and a little for the first objects. */
const initialPages = 88

/**
 * An engine of its own, with a memory that cannot grow beyond what it has plus `growthBytes`.
 *
 * These imports are all it has of the world: a clock that the caller sets, UTC, no environment, no files, and errors for
 * what it must never ask.
 */
export const engineInstance = (module: EngineModule, growthBytes: number, host: EngineHost): EngineInstance => {
  const { Instance, Memory } = webAssembly()
  const maximum = Math.min(32768, initialPages + Math.ceil(growthBytes / pageBytes))
  const memory = new Memory({ initial: initialPages, maximum })
  const view = () => new DataView(memory.buffer)
  const never = (what: string) => (): never => {
    throw new Error(`The engine asked for ${what}.`)
  }
  const imports = {
    memory,
    dateNow: () => host.now(),
    clockTime(_clock: number, _precision: bigint, out: Pointer) {
      view().setBigInt64(out, BigInt(Math.floor(host.now() * 1e3)) * 1000n, true)
      return 0
    },
    localTime: (seconds: bigint, out: Pointer) => writeUtc(view(), seconds, out),
    timeZone(offset: Pointer, daylight: Pointer, standardName: Pointer, daylightName: Pointer) {
      view().setInt32(offset, 0, true)
      view().setInt32(daylight, 0, true)
      for (const name of [standardName, daylightName]) new Uint8Array(memory.buffer).set([85, 84, 67, 0], name) // UTC
    },
    interrupted: () => (host.interrupted() ? 1 : 0),
    growMemory: (bytes: number) => (grow(memory, bytes >>> 0, maximum) ? 1 : 0),
    environGet: () => 0,
    environSizes(count: Pointer, size: Pointer) {
      view().setInt32(count, 0, true)
      view().setInt32(size, 0, true)
      return 0
    },
    // Errors of WASI: nothing can be written, closed or sought.
    fdWrite: () => 8,
    fdClose: () => 8,
    fdSeek: () => 8,
    keepaliveClear: () => {},
    setTimer: () => 0,
    assertionFailed: never('the end, as it no longer trusts itself'),
    abort: never('the end'),
    exit: never('the end of the process'),
    callHost: never('a function of the host'),
    freeHostRef: never('an object of the host'),
    loadModule: never('a module'),
    normalizeModule: never('the name of a module'),
  }
  const { exports } = new Instance(module, { host: imports })
  const engine = exports as EngineExports // the names that sandbox/engine/names.ts gives them
  engine.start()
  return { exports: engine, bytes: () => new Uint8Array(memory.buffer) }
}

const grow = (
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number },
  bytes: number,
  maximum: number,
) => {
  const has = memory.buffer.byteLength / pageBytes
  const needs = Math.ceil(bytes / pageBytes)
  if (needs > maximum) return false
  // A little more than asked, so that memory that grows in small parts is not moved for each.
  memory.grow(Math.min(maximum, Math.max(needs, has + 16)) - has)
  return true
}

/** `struct tm`, in UTC. */
const writeUtc = (view: DataView, seconds: bigint, out: Pointer): void => {
  const time = new Date(Number(seconds) * 1000)
  const midnight = Date.UTC(time.getUTCFullYear(), 0, 1)
  const parts = [
    time.getUTCSeconds(),
    time.getUTCMinutes(),
    time.getUTCHours(),
    time.getUTCDate(),
    time.getUTCMonth(),
    time.getUTCFullYear() - 1900,
    time.getUTCDay(),
    Math.floor((time.getTime() - midnight) / 86_400_000),
    0,
    0,
  ]
  parts.forEach((part, index) => {
    view.setInt32(out + 4 * index, part, true)
  })
}
