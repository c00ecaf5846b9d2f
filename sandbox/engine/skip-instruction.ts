import type { WasmReader } from './wasm-reader.ts'

/** What follows the opcode of an instruction that is not among those below: nothing. */
const indexed: ReadonlySet<number> = new Set([
  0x0c,
  0x0d, // br, br_if
  0x10, // call
  0x20,
  0x21,
  0x22,
  0x23,
  0x24, // locals and globals
  0x25,
  0x26, // tables
  0x41,
  0x42, // i32.const, i64.const
  0x3f,
  0x40, // memory.size, memory.grow
  0xd0,
  0xd2, // ref.null, ref.func
])

/** How many indexes follow the second opcode of 0xfc. */
const bulk: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1]

/**
 * Moves the reader over one instruction and says its opcode. Knows the instructions of WebAssembly 1.0, sign extension,
 * saturating conversion, bulk memory and reference types; stops at any other, so that none passes uncounted.
 */
export const skipInstruction = (reader: WasmReader): number => {
  const at = reader.position
  const opcode = reader.byte()
  if (opcode === 0x02 || opcode === 0x03 || opcode === 0x04)
    reader.skipLeb() // block, loop, if: their type
  else if (indexed.has(opcode)) reader.skipLeb()
  else if (opcode === 0x0e)
    for (let left = reader.u32() + 1; left > 0; left -= 1) reader.skipLeb() // br_table
  else if (opcode === 0x11)
    skipMany(reader, 2) // call_indirect
  else if (opcode === 0x1c)
    skipMany(reader, reader.u32()) // select with types
  else if (opcode >= 0x28 && opcode <= 0x3e)
    skipMany(reader, 2) // loads and stores
  else if (opcode === 0x43)
    reader.take(4) // f32.const
  else if (opcode === 0x44)
    reader.take(8) // f64.const
  else if (opcode === 0xfc) skipBulk(reader, at)
  else if (!isBare(opcode)) throw new Error(`Byte ${at}: the instruction 0x${opcode.toString(16)} is not known here.`)
  return opcode
}

const skipMany = (reader: WasmReader, count: number): void => {
  for (let left = count; left > 0; left -= 1) reader.skipLeb()
}

const skipBulk = (reader: WasmReader, at: number): void => {
  const second = reader.u32()
  const indexes = bulk[second]
  if (indexes === undefined) throw new Error(`Byte ${at}: the instruction 0xfc ${second} is not known here.`)
  skipMany(reader, indexes)
}

/** unreachable, nop, else, end, return, drop, select, comparison, arithmetic, conversion, ref.is_null. */
const isBare = (opcode: number): boolean =>
  [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1].includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4)
