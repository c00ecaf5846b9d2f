import type { FilePart } from './file-cache.ts'

/** A part that nobody keeps: for downloads without a cache. */
export const memoryPart = (): FilePart => {
  let tag: string | undefined
  let chunks: Uint8Array<ArrayBuffer>[] = []
  let loaded = 0

  const clear = (): void => {
    chunks = []
    loaded = 0
    tag = undefined
  }

  return {
    get tag() {
      return tag
    },
    get loaded() {
      return loaded
    },
    async begin(version) {
      clear()
      tag = version
    },
    async append(chunk) {
      chunks.push(chunk)
      loaded += chunk.length
    },
    async pause() {},
    async bytes() {
      return joined(chunks, loaded)
    },
    async commit() {
      clear()
    },
    async discard() {
      clear()
    },
  }
}

/** Chunks in one, and each let go once it is copied. */
export const joined = (chunks: Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(length)
  let at = length
  for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
    at -= chunk.length
    whole.set(chunk, at)
  }
  return whole
}
