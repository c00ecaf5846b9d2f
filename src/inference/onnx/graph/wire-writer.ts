/** Bytes in parts: what is taken over from a file stays a view of it until all is joined. */
export type WireParts = readonly Uint8Array[]

export const bytesField = (field: number, ...parts: WireParts): Uint8Array =>
  joined([varint(field * 8 + 2), varint(sizeOf(parts)), ...parts])

export const textField = (field: number, text: string): Uint8Array => bytesField(field, new TextEncoder().encode(text))

/** A whole number from 0. */
export const numberField = (field: number, value: number): Uint8Array => joined([varint(field * 8), varint(value)])

export const floatField = (field: number, value: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return joined([varint(field * 8 + 5), bytes])
}

export const varint = (value: number): Uint8Array => {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.of(...bytes, rest)
}

export const sizeOf = (parts: WireParts): number => parts.reduce((sum, part) => sum + part.length, 0)

export const joined = (parts: WireParts): Uint8Array => {
  const whole = new Uint8Array(sizeOf(parts))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
