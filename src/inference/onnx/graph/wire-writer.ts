/** Bytes in parts: what is taken over from a file stays a view of it until all is joined. */
export type WireParts = readonly Uint8Array[]

// A graph is written anew at every load, thousands of fields of a few bytes: each is made with one array and little beside.

const encoder = /* @__PURE__ */ new TextEncoder()

export const bytesField = (field: number, ...parts: WireParts): Uint8Array => {
  const size = sizeOf(parts)
  const whole = new Uint8Array(varintSize(field * 8) + varintSize(size) + size)
  putAll(parts, whole, putVarint(size, whole, putVarint(field * 8 + 2, whole, 0)))
  return whole
}

export const textField = (field: number, text: string): Uint8Array => bytesField(field, encoder.encode(text))

/** A whole number from 0. */
export const numberField = (field: number, value: number): Uint8Array => {
  const whole = new Uint8Array(varintSize(field * 8) + varintSize(value))
  putVarint(value, whole, putVarint(field * 8, whole, 0))
  return whole
}

export const floatField = (field: number, value: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return joined([varint(field * 8 + 5), bytes])
}

export const varint = (value: number): Uint8Array => {
  const bytes = new Uint8Array(varintSize(value))
  putVarint(value, bytes, 0)
  return bytes
}

export const sizeOf = (parts: WireParts): number => {
  let size = 0
  for (const part of parts) size += part.length
  return size
}

export const joined = (parts: WireParts): Uint8Array => {
  const whole = new Uint8Array(sizeOf(parts))
  putAll(parts, whole, 0)
  return whole
}

const putAll = (parts: WireParts, whole: Uint8Array, from: number): void => {
  let at = from
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
}

const varintSize = (value: number): number => {
  let size = 1
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size += 1
  return size
}

/** Writes a whole number; gives where it ends. */
const putVarint = (value: number, whole: Uint8Array, from: number): number => {
  let at = from
  let rest = value
  while (rest > 127) {
    whole[at++] = (rest % 128) + 128
    rest = Math.floor(rest / 128)
  }
  whole[at++] = rest
  return at
}
