/**
 * Puts keys that arrive in the order of their UTF-8 bytes, which is Workers KV's, into that of their code units.
 *
 * The two differ only where characters beyond U+FFFF meet those from U+E000: keys that agree up to such a character are
 * neighbors, and are held back until they can be sorted. All others pass at once.
 */
export async function* codeUnitOrder(keys: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let start = ''
  let held: string[] = []
  for await (const key of keys) {
    if (held.length > 0 && isHigh(key, start.length) && key.startsWith(start)) {
      held.push(key)
      continue
    }
    yield* held.sort()
    held = []
    const high = key.search(/[\ud800-\uffff]/)
    if (high < 0) yield key
    else {
      start = key.slice(0, high)
      held = [key]
    }
  }
  yield* held.sort()
}

const isHigh = (key: string, at: number): boolean => key.charCodeAt(at) >= 0xd800
