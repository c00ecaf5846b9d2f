import { skipInstruction } from './skip-instruction.ts'
import { leb, type WasmReader, wasmReader } from './wasm-reader.ts'

/** The names a module gets for what it imports and exports. */
export interface MeterNames {
  /** By the import's own name; every import must have one. */
  readonly imports: ReadonlyMap<string, string>
  /** By the export's own name; an export without one is dropped. */
  readonly exports: ReadonlyMap<string, string>
}

const section = { import: 2, global: 6, export: 7, code: 10 } as const
const loop = 0x03

/**
 * Counts the steps of a WebAssembly module: a mutable 64-bit global `steps`, exported, goes down by one on every entry of
 * a function and every turn of a loop, and the module traps when none is left. So no code in it runs without end, whatever
 * it is: neither the interpreter nor the native loops inside it that ask nobody.
 *
 * Imports come from one module, `host`. Nothing else is changed; custom sections are left out.
 */
export const metered = (module: Uint8Array, names: MeterNames): Uint8Array => {
  const reader = wasmReader(module)
  const out: number[][] = [[...reader.take(8)]]
  let steps = 0
  while (reader.position < module.length) {
    const id = reader.byte()
    const body = wasmReader(reader.take(reader.u32()))
    if (id === section.import) {
      const renamed = importsOf(body, names.imports)
      steps += renamed.globals
      out.push(sectionOf(id, renamed.bytes))
    } else if (id === section.global) {
      const count = body.u32()
      steps += count
      out.push(sectionOf(id, [...leb(count + 1), ...rest(body), 0x7e, 0x01, 0x42, 0x00, 0x0b])) // (mut i64) = 0
    } else if (id === section.export) out.push(sectionOf(id, exportsOf(body, names.exports, steps)))
    else if (id === section.code) out.push(sectionOf(id, codeOf(body, steps)))
    else if (id !== 0) out.push(sectionOf(id, rest(body)))
  }
  return joined(out)
}

const importsOf = (reader: WasmReader, names: ReadonlyMap<string, string>) => {
  const count = reader.u32()
  const out: number[] = leb(count)
  let globals = 0
  for (let index = 0; index < count; index += 1) {
    textOf(reader)
    const name = textOf(reader)
    const known = names.get(name)
    if (known === undefined) throw new Error(`No name is known for the import '${name}'.`)
    const start = reader.position
    const kind = reader.byte()
    if (kind === 0x03) globals += 1
    if (kind === 0x00) reader.u32()
    else if (kind === 0x02) limits(reader)
    else throw new Error(`The import '${name}' is neither a function nor a memory.`)
    out.push(...text('host'), ...text(known), ...reader.bytes.subarray(start, reader.position))
  }
  return { bytes: out, globals }
}

const limits = (reader: WasmReader): void => {
  const hasMaximum = reader.byte() === 1
  reader.u32()
  if (hasMaximum) reader.u32()
}

const exportsOf = (reader: WasmReader, names: ReadonlyMap<string, string>, steps: number): number[] => {
  const kept: number[][] = [[...text('steps'), 0x03, ...leb(steps)]]
  for (let left = reader.u32(); left > 0; left -= 1) {
    const known = names.get(textOf(reader))
    const entry = [reader.byte(), ...leb(reader.u32())]
    if (known !== undefined) kept.push([...text(known), ...entry])
  }
  return [...leb(kept.length), ...kept.flat()]
}

const codeOf = (reader: WasmReader, steps: number): number[] => {
  const count = reader.u32()
  const out: number[] = leb(count)
  for (let index = 0; index < count; index += 1) {
    const body = functionOf(wasmReader(reader.take(reader.u32())), chargeOf(steps))
    for (const byte of leb(body.length)) out.push(byte)
    for (const byte of body) out.push(byte)
  }
  return out
}

const functionOf = (reader: WasmReader, charge: readonly number[]): number[] => {
  for (let groups = reader.u32(); groups > 0; groups -= 1) {
    reader.u32()
    reader.byte()
  }
  const out: number[] = [...reader.bytes.subarray(0, reader.position), ...charge]
  while (reader.position < reader.bytes.length) {
    const start = reader.position
    const opcode = skipInstruction(reader)
    for (const byte of reader.bytes.subarray(start, reader.position)) out.push(byte)
    if (opcode === loop) out.push(...charge)
  }
  return out
}

/** `if (steps === 0) unreachable; steps -= 1` */
const chargeOf = (steps: number): readonly number[] => {
  const get = [0x23, ...leb(steps)]
  return [...get, 0x50, 0x04, 0x40, 0x00, 0x0b, ...get, 0x42, 0x01, 0x7d, 0x24, ...leb(steps)]
}

const rest = (reader: WasmReader): number[] => [...reader.bytes.subarray(reader.position)]

const text = (value: string): number[] => {
  const bytes = new TextEncoder().encode(value)
  return [...leb(bytes.length), ...bytes]
}

const textOf = (reader: WasmReader): string => new TextDecoder().decode(reader.take(reader.u32()))

const sectionOf = (id: number, body: readonly number[]): number[] => {
  const out = [id, ...leb(body.length)]
  for (const byte of body) out.push(byte)
  return out
}

const joined = (parts: readonly (readonly number[])[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    all.set(part, position)
    position += part.length
  }
  return all
}
