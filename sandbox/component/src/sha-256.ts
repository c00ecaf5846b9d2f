/** The first 32 bits of the fractional parts of roots of the first primes: square ones to start, cube ones for rounds. */
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32)

const primes = (count: number): number[] => {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every(prime => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}

const start = primes(8).map(prime => fraction(Math.sqrt(prime)))
const rounds = primes(64).map(prime => fraction(Math.cbrt(prime)))

const turned = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

/**
 * SHA-256, for a place without `crypto`.
 *
 * @see FIPS 180-4, section 6.2
 */
export const sha256Bytes = (message: Uint8Array): Uint8Array<ArrayBuffer> => {
  const length = Math.ceil((message.length + 9) / 64) * 64
  const padded = new Uint8Array(length)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(length - 8, Math.floor(message.length / 2 ** 29))
  view.setUint32(length - 4, message.length << 3)

  const hash = Uint32Array.from(start)
  const schedule = new Uint32Array(64)
  const word = (index: number): number => schedule[index] ?? 0
  for (let block = 0; block < length; block += 64) {
    for (let t = 0; t < 16; t += 1) schedule[t] = view.getUint32(block + 4 * t)
    for (let t = 16; t < 64; t += 1) {
      const [w15, w2] = [word(t - 15), word(t - 2)]
      const small0 = turned(w15, 7) ^ turned(w15, 18) ^ (w15 >>> 3)
      const small1 = turned(w2, 17) ^ turned(w2, 19) ^ (w2 >>> 10)
      schedule[t] = word(t - 16) + small0 + word(t - 7) + small1
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash
    for (let t = 0; t < 64; t += 1) {
      const big1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
      const one = (h + big1 + ((e & f) ^ (~e & g)) + (rounds[t] ?? 0) + word(t)) | 0
      const big0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
      const two = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g]
    }
    ;[a, b, c, d, e, f, g, h].forEach((value, index) => {
      hash[index] = (hash[index] ?? 0) + value
    })
  }
  const digest = new Uint8Array(32)
  const out = new DataView(digest.buffer)
  hash.forEach((value, index) => {
    out.setUint32(4 * index, value)
  })
  return digest
}
