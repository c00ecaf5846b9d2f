import type { Embedder } from '../../src/ports/embedder.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'

/** Counts the letters a to h: simple enough to compute by hand, and in Python. `asked` are the texts it got. */
export const letterEmbedder = (): Embedder & { readonly asked: string[] } => {
  const asked: string[] = []
  return {
    ...functionEmbedder({
      id: 'test/letters',
      embed: texts => {
        asked.push(...texts)
        return texts.map(text => [...'abcdefgh'].map(letter => text.toLowerCase().split(letter).length - 1))
      },
    }),
    asked,
  }
}

export const phrases = ['alpha beta', 'gamma delta', 'a bad cab', 'feed the hedge', 'cage', 'xyz'] as const
