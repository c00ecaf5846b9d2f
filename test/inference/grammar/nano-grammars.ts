import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { folderFiles } from '../../../node/inference/folder-files.ts'
import { bringTextLibraries } from '../../../src/inference/bring-text-libraries.ts'
import { grammarEngine } from '../../../src/inference/grammar/grammar-engine.ts'
import { tokenizerFromFiles } from '../../../src/inference/text/tokenizer-from-files.ts'
import type { GrammarEngine } from '../../../src/inference/token-constraint.ts'
import type { Tokenizer } from '../../../src/inference/tokenizer.ts'

/** Grammars over the vocabulary of the embedded model. */
export const nanoGrammars = async (): Promise<{ readonly tokenizer: Tokenizer; readonly engine: GrammarEngine }> => {
  const tokenizer = await tokenizerFromFiles(
    folderFiles(fileURLToPath(new URL('../../../models/nano', import.meta.url))),
    { libraries: bringTextLibraries },
  )
  const engine = await grammarEngine({
    vocabulary: tokenizer,
    wasm: () => readFile(new URL('../../../wasm/built/grammar.wasm', import.meta.url)),
  })
  return { tokenizer, engine }
}
