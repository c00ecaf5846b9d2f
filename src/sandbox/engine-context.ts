import type { EngineInstance, Pointer } from './engine-instance.ts'

/** How code is read: as a script, strict; as a module. */
export const asScript = 8
export const asModule = 1
/** As a script of the global scope, not strict, in which `await` stands anywhere: gives a promise of `{ value }`. */
export const asPiece = 128

/**
 * A world of JavaScript inside the engine. Values are pointers. Where an engine serves one call none is given back: it goes
 * with all it holds. A session gives them back.
 */
export interface EngineContext {
  evaluate(code: string, file: string, flags: number): Pointer
  call(callee: Pointer, ...args: Pointer[]): Pointer
  text(value: string): Pointer
  /** The error that a value stands for; 0 when it is a value. */
  errorOf(value: Pointer): Pointer
  /** The text of a value, undefined when it is longer than `most` bytes of UTF-8. */
  read(value: Pointer, most: number): string | undefined
  /** The value is not used again. */
  release(value: Pointer): void
  /** Runs what waits on promises, as long as there is any and `goesOn` agrees. */
  settle(goesOn: () => boolean): void
}

/** What is thrown where not even a text finds room in the engine. */
export const noMemory = 'The engine has no memory left.'

const jobsAtOnce = 1000

export const engineContext = (
  engine: EngineInstance,
  limits: { memoryBytes: number; stackBytes: number },
): EngineContext => {
  const { exports } = engine
  const runtime = exports.newRuntime()
  exports.setMemoryLimit(runtime, limits.memoryBytes)
  exports.setMaxStackSize(runtime, limits.stackBytes)
  exports.enableInterrupts(runtime)
  const context = exports.newContext(runtime, 0)

  const allocate = (bytes: number): Pointer => {
    const pointer = exports.malloc(bytes)
    if (pointer === 0) throw new RangeError(noMemory)
    return pointer
  }
  const written = (text: string): { readonly pointer: Pointer; readonly length: number } => {
    const bytes = new TextEncoder().encode(text)
    const pointer = allocate(bytes.length + 1)
    const memory = engine.bytes()
    memory.set(bytes, pointer)
    memory[pointer + bytes.length] = 0
    return { pointer, length: bytes.length }
  }

  return {
    evaluate(code, file, flags) {
      const { pointer, length } = written(code)
      const name = written(file)
      const value = exports.evaluate(context, pointer, length, name.pointer, 0, flags)
      exports.free(pointer)
      exports.free(name.pointer)
      return value
    },
    call(callee, ...args) {
      const list = allocate(4 * (args.length + 1))
      new Uint32Array(engine.bytes().buffer, list, args.length).set(args)
      const value = exports.call(context, callee, exports.undefinedValue(), args.length, list)
      exports.free(list)
      return value
    },
    text(value) {
      const { pointer } = written(value)
      const made = exports.newString(context, pointer)
      exports.free(pointer) // it may be large, and there is a copy of it now
      return made
    },
    errorOf: value => exports.exceptionOf(context, value),
    read(value, most) {
      const pointer = exports.stringOf(context, value)
      const rest = engine.bytes().subarray(pointer, pointer + most + 1)
      const length = rest.indexOf(0)
      const text = length < 0 ? undefined : new TextDecoder().decode(rest.subarray(0, length))
      exports.freeText(context, pointer)
      return text
    },
    release: value => exports.freeValue(context, value),
    settle(goesOn) {
      const last = allocate(4)
      while (exports.isJobPending(runtime) === 1 && goesOn()) {
        exports.freeValue(context, exports.executeJobs(runtime, jobsAtOnce, last))
      }
      exports.free(last)
    },
  }
}
