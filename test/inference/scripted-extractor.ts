import type { FeatureExtractor } from '../../src/inference/embedder-runtime.ts'

/** A stand-in for the library: a vector of the lengths of a text, and what it was asked. */
export const scriptedExtractor = (change: { readonly fails?: Error; readonly data?: ArrayLike<number> } = {}) => {
  const asked: { readonly texts: readonly string[]; readonly options: unknown }[] = []
  let loads = 0
  let disposed = 0
  const extract = async (texts: string[], options: unknown) => {
    asked.push({ texts, options })
    await Promise.resolve()
    if (change.fails) throw change.fails
    return {
      data: change.data ?? Float32Array.from(texts.flatMap(text => [text.length, 1])),
      dims: [texts.length, 2],
      dispose: () => {
        disposed += 1
      },
    }
  }
  const extractor: FeatureExtractor = Object.assign(extract, { tokenizer: { encode: (text: string) => [...text] } })
  return {
    asked,
    get loads() {
      return loads
    },
    get disposed() {
      return disposed
    },
    runtime: async () => ({
      pipeline: async () => {
        loads += 1
        return extractor
      },
    }),
  }
}
