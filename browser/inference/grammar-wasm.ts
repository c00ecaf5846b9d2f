import { RuntimeError } from '../../src/index.ts'

/**
 * The engine of grammars that comes with the package, for `grammarEngine`. Bundlers find the file and move it. The path holds
 * for this file and for what the build makes of it: both lie two folders below the package's root.
 *
 * @example
 * const grammars = await grammarEngine({ vocabulary: tokenizer, wasm: grammarWasm })
 */
export const grammarWasm = async (): Promise<ArrayBuffer> => {
  const url = new URL('../../wasm/built/grammar.wasm', import.meta.url)
  const answer = await fetch(url)
  if (!answer.ok) {
    throw new RuntimeError(
      'runtime/model-files',
      `Expected the engine of grammars at ${url}, got status ${answer.status}. Serve kkachi/wasm/grammar.wasm there.`,
    )
  }
  return answer.arrayBuffer()
}
