/** The first primes: the constants of SHA-256 are the fractions of their roots (FIPS 180-4, 4.2.2 and 5.3.3). */
const primes = (count: number): readonly number[] => {
  const found: number[] = []
  for (let number = 2; found.length < count; number += 1) {
    if (found.every(prime => number % prime !== 0)) found.push(number)
  }
  return found
}

/** The first 32 bits of the fraction of a root. */
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32) >>> 0

/** Bytes after which others get their turn. */
const breathBytes = 32 * 2 ** 20

/**
 * The SHA-256 (FIPS 180-4) of bytes that are too many for the platform: Node's takes at most 2 GiB less one byte. Slower than
 * the platform's by far, so only for those.
 */
export const largeSha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const constants = Uint32Array.from(primes(64), prime => fraction(Math.cbrt(prime)))
  const state = Uint32Array.from(primes(8), prime => fraction(Math.sqrt(prime)))
  const whole = Math.floor(bytes.length / 64) * 64
  for (let at = 0; at < whole; at += breathBytes) {
    absorb(state, constants, bytes.subarray(at, Math.min(at + breathBytes, whole)))
    if (at + breathBytes < whole) await new Promise<void>(resolve => setTimeout(resolve, 0))
  }
  absorb(state, constants, ending(bytes.subarray(whole), bytes.length))
  return Array.from(state, word => word.toString(16).padStart(8, '0')).join('')
}

/** What is left, a one bit, zeros, and the length in bits. */
const ending = (rest: Uint8Array, length: number): Uint8Array => {
  const last = new Uint8Array(rest.length < 56 ? 64 : 128)
  last.set(rest)
  last[rest.length] = 0x80
  const view = new DataView(last.buffer)
  view.setUint32(last.length - 8, Math.floor(length / 2 ** 29))
  view.setUint32(last.length - 4, (length * 8) % 2 ** 32)
  return last
}

/** The names of the standard: `a` to `h` are the working variables, `w` the message schedule. */
const absorb = (state: Uint32Array, constants: Uint32Array, blocks: Uint8Array): void => {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.length)
  const w = new Int32Array(64)
  let [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0, h7 = 0] = Array.from(state, word => word | 0)
  for (let block = 0; block < blocks.length; block += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(block + 4 * t)
    for (let t = 16; t < 64; t += 1) {
      const x = w[t - 15] ?? 0
      const y = w[t - 2] ?? 0
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[t] = ((w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1) | 0
    }
    let [a, b, c, d, e, f, g, h] = [h0, h1, h2, h3, h4, h5, h6, h7]
    for (let t = 0; t < 64; t += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (constants[t] ?? 0) + (w[t] ?? 0)) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    h0 = (h0 + a) | 0
    h1 = (h1 + b) | 0
    h2 = (h2 + c) | 0
    h3 = (h3 + d) | 0
    h4 = (h4 + e) | 0
    h5 = (h5 + f) | 0
    h6 = (h6 + g) | 0
    h7 = (h7 + h) | 0
  }
  state.set([h0, h1, h2, h3, h4, h5, h6, h7])
}
