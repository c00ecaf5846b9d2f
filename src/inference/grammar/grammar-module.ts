import { RuntimeError } from '../../errors/runtime-error.ts'
import { type WasmModule, webAssembly } from '../../ports/web-assembly.ts'

/** `wasm/built/grammar.wasm`: its bytes, or compiled (a `WebAssembly.Module`), as Workers import it. */
export type GrammarModule = WasmModule | Uint8Array | ArrayBuffer

/** The compiled module of what a platform brought. */
export const compileGrammarModule = async (brought: GrammarModule): Promise<WasmModule> => {
  if (!(brought instanceof Uint8Array || brought instanceof ArrayBuffer)) return brought
  try {
    return await webAssembly().compile(brought)
  } catch (cause) {
    throw new RuntimeError(
      'runtime/failed',
      'The grammar engine could not be compiled. Give wasm the bytes of kkachi/wasm/grammar.wasm, or where nothing may be compiled, as in Workers, the module that importing it gives.',
      { cause },
    )
  }
}

/** What the instance offers; handles are addresses, 0 where there is none. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  reserve(length: number): number
  release(at: number, length: number): void
  failure_at(): number
  failure_length(): number
  vocabulary(bytes: number, length: number, ends: number, count: number): number
  begin(vocabulary: number, kind: number, grammar: number, length: number): number
  copy(answer: number): number
  free_answer(answer: number): void
  mask(answer: number): number
  mask_at(answer: number): number
  accept(answer: number, token: number): number
  ended(answer: number): number
  forced(answer: number): number
  forced_at(answer: number): number
  accept_forced(answer: number, tokens: number, count: number): number
}

/** One running instance: what it says in numbers, as values. */
export interface GrammarInstance {
  readonly calls: Exports
  /** Writes bytes for the time of one call. */
  lend<Result>(bytes: Uint8Array, use: (at: number) => Result): Result
  /** Bytes of the instance, until the next call. */
  bytes(at: number, length: number): Uint8Array
  /** 32-bit words of the instance, until the next call. */
  words(at: number, length: number): Uint32Array
  /** Why the last call failed. */
  failure(): string
}

export const grammarInstance = (module: WasmModule): GrammarInstance => {
  const { exports } = new (webAssembly().Instance)(module, {})
  const calls = exports as Exports
  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(calls.memory.buffer, at, length)
  return {
    calls,
    lend(given, use) {
      const at = calls.reserve(given.length)
      bytes(at, given.length).set(given)
      const result = use(at)
      calls.release(at, given.length) // after a trap nothing is: the instance is given up
      return result
    },
    bytes,
    words: (at, length) => new Uint32Array(calls.memory.buffer, at, length),
    failure: () => new TextDecoder().decode(bytes(calls.failure_at(), calls.failure_length())),
  }
}
