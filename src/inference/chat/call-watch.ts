/** Follows a free answer, token by token, to where it begins a tool call, as `answerReader` reads it. */
export interface CallWatch {
  /** Takes the bytes of a token, none for a special one; true when a call has begun with the last of them. */
  take(bytes: Uint8Array | undefined): boolean
  /**
   * How many bytes of `<tool_call>` the answer has written last. It is 0 but where the tag comes in pieces, and then a token
   * may begin a call and go on in it.
   */
  readonly begun: number
}

/** What opens a call, in bytes; no beginning of it is found within it but its first. */
export const callTag: Uint8Array = /* @__PURE__ */ new TextEncoder().encode('<tool_call>')

/** A watch over an answer that begins at a place: perhaps with a thought of its own, within one that is open, or after any. */
export const callWatch = (place: 'start' | 'thought' | 'text'): CallWatch => {
  let state = place
  let begun = 0
  /** Bytes of a tag of thoughts that were matched. */
  let tag = 0

  const isCall = (byte: number): boolean => {
    if (state === 'thought') {
      tag = matched(closing, tag, byte)
      if (tag === closing.length) state = 'text'
      return false
    }
    if (state === 'start' && !(tag === 0 && isBlank(byte))) {
      if (byte !== opening[tag]) state = 'text'
      else {
        tag += 1
        if (tag === opening.length) {
          state = 'thought'
          tag = 0
          begun = 0
          return false
        }
      }
    }
    begun = matched(callTag, begun, byte)
    return begun === callTag.length
  }

  return {
    take(bytes = nothing) {
      for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at] as number
        if (begun === 0 && byte !== callTag[0] && state === 'text') continue
        if (isCall(byte)) return true
      }
      return false
    },
    get begun() {
      return begun
    },
  }
}

/**
 * The tokens that would begin a call and go on in it, by how much of `<tool_call>` was written before them: what they say of
 * the call cannot be held to anything. Vocabularies have them for a tag in pieces alone (`>\n`).
 */
export const crossingTokens = (
  size: number,
  bytesOf: (token: number) => Uint8Array | undefined,
): readonly (readonly number[])[] => {
  const found: number[][] = Array.from(callTag, () => [])
  const last = callTag[callTag.length - 1] as number
  for (let token = 0; token < size; token += 1) {
    const bytes = bytesOf(token)
    if (bytes === undefined) continue
    const end = bytes.indexOf(last)
    if (end < 0 || end === bytes.length - 1) continue
    for (const [begun, tokens] of found.entries()) if (crosses(bytes, begun)) tokens.push(token)
  }
  return found
}

const crosses = (bytes: Uint8Array, from: number): boolean => {
  let begun = from
  for (const [at, byte] of bytes.entries()) {
    begun = matched(callTag, begun, byte)
    if (begun === callTag.length) return at < bytes.length - 1
  }
  return false
}

/** How much of a tag is matched with one byte more. */
const matched = (tag: Uint8Array, before: number, byte: number): number =>
  byte === tag[before] ? before + 1 : byte === tag[0] ? 1 : 0

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)

const opening = /* @__PURE__ */ new TextEncoder().encode('<think>')
const closing = /* @__PURE__ */ new TextEncoder().encode('</think>')
const nothing = /* @__PURE__ */ new Uint8Array(0)
