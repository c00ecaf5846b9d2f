import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'

/**
 * The engine of grammars that comes with the package, for `grammarEngine`.
 *
 * @example
 * const grammars = await grammarEngine({ vocabulary: tokenizer, wasm: grammarWasm })
 */
export const grammarWasm = (): Promise<Uint8Array> => readFile(join(packageRoot(), 'wasm', 'built', 'grammar.wasm'))
