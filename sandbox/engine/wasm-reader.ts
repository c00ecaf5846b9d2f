/** Reads the numbers of the WebAssembly binary format. */
export interface WasmReader {
  readonly bytes: Uint8Array
  position: number
  byte(): number
  /** An unsigned LEB128 of up to 32 bits. */
  u32(): number
  /** Passes over a LEB128 of any width and sign. */
  skipLeb(): void
  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array
}

export const wasmReader = (bytes: Uint8Array): WasmReader => ({
  bytes,
  position: 0,
  byte() {
    const byte = this.bytes[this.position]
    if (byte === undefined)
      throw new RangeError(`The module ends at byte ${this.position}, in the middle of something.`)
    this.position += 1
    return byte
  },
  u32() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  },
  skipLeb() {
    while (this.byte() >= 0x80);
  },
  take(length) {
    const end = this.position + length
    if (end > this.bytes.length) throw new RangeError(`Expected ${length} bytes at ${this.position}.`)
    const taken = this.bytes.subarray(this.position, end)
    this.position = end
    return taken
  },
})

/** An unsigned LEB128. */
export const leb = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest === 0 ? low : low + 128)
  } while (rest > 0)
  return bytes
}
