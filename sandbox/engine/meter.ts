import { skipInstruction } from './skip-instruction.ts'
import { leb, type WasmReader, wasmReader } from './wasm-reader.ts'

/** The names a module gets for what it imports and exports. */
export interface MeterNames {
  /** By the import's own name; every import must have one. */
  readonly imports: ReadonlyMap<string, string>
  /** By the export's own name; an export without one is dropped. */
  readonly exports: ReadonlyMap<string, string>
}

const section = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const
const loop = 0x03
/** The second opcodes of memory.copy and memory.fill, after 0xfc. */
const copy = 0x0a
const fill = 0x0b
/** 10,000,000 as a signed LEB128: what there is before the host sets it, for the module's own start. */
const stepsToStart: readonly number[] = [0x80, 0xad, 0xe2, 0x04]

/**
 * Counts the steps of a WebAssembly module: a mutable 64-bit global `steps`, exported, goes down by one on every entry of
 * a function and every turn of a loop, and by one for every 64 bytes that are filled or copied at once; the module traps
 * when none is left. So no code in it runs without end, whatever it is: neither the interpreter nor the native loops
 * inside it that ask nobody.
 *
 * Imports come from one module, `host`. Nothing else is changed; custom sections are left out.
 *
 * @throws Error when the module lacks a section that is added to, or has an instruction that is not known here
 */
export const metered = (module: Uint8Array, names: MeterNames): Uint8Array => {
  const sections = sectionsOf(module)
  for (const [what, id] of Object.entries(section)) {
    if (!sections.has(id)) throw new Error(`The module has no section of the kind '${what}'.`)
  }
  const body = (id: number): WasmReader => wasmReader(sections.get(id) ?? Uint8Array.of(0))
  const imported = importsOf(body(section.import), names.imports)
  const plan: Plan = {
    steps: body(section.global).u32(),
    bulkType: body(section.type).u32(),
    fill: imported.functions + body(section.function).u32(),
  }
  const out: number[][] = [[...module.subarray(0, 8)]]
  for (const id of sections.keys()) out.push(sectionOf(id, rewritten(id, body(id), plan, imported.bytes, names)))
  return joined(out)
}

/** The numbers of what is added: the global, the type of the two functions for bytes at once, and the first of them. */
interface Plan {
  readonly steps: number
  readonly bulkType: number
  readonly fill: number
}

const rewritten = (id: number, body: WasmReader, plan: Plan, imports: number[], names: MeterNames): number[] => {
  if (id === section.import) return imports
  if (id === section.type) return extended(body, 1, [0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00]) // (i32, i32, i32) -> ()
  if (id === section.function) return extended(body, 2, [...leb(plan.bulkType), ...leb(plan.bulkType)])
  if (id === section.global) return extended(body, 1, [0x7e, 0x01, 0x42, ...stepsToStart, 0x0b])
  if (id === section.export) return exportsOf(body, names.exports, plan.steps)
  return id === section.code ? codeOf(body, plan) : rest(body)
}

/** Sections in their order, custom ones left out. */
const sectionsOf = (module: Uint8Array): Map<number, Uint8Array> => {
  const reader = wasmReader(module)
  reader.take(8)
  const sections = new Map<number, Uint8Array>()
  while (reader.position < module.length) {
    const id = reader.byte()
    const body = reader.take(reader.u32())
    if (id !== 0) sections.set(id, body)
  }
  return sections
}

/** A vector with more at its end. */
const extended = (reader: WasmReader, count: number, more: readonly number[]): number[] => [
  ...leb(reader.u32() + count),
  ...rest(reader),
  ...more,
]

const importsOf = (reader: WasmReader, names: ReadonlyMap<string, string>) => {
  const count = reader.u32()
  const out: number[] = leb(count)
  let functions = 0
  for (let index = 0; index < count; index += 1) {
    textOf(reader)
    const name = textOf(reader)
    const known = names.get(name)
    if (known === undefined) throw new Error(`No name is known for the import '${name}'.`)
    const kind = reader.byte()
    out.push(...text('host'), ...text(known), kind)
    if (kind === 0x00) {
      functions += 1
      out.push(...leb(reader.u32()))
    } else if (kind === 0x02) out.push(...memoryOf(reader))
    else throw new Error(`The import '${name}' is neither a function nor a memory.`)
  }
  return { bytes: out, functions }
}

/** Asks for one page at least, whatever the module asked for: how much there is at first is the host's to say. */
const memoryOf = (reader: WasmReader): number[] => {
  const hasMaximum = reader.byte() === 1
  reader.u32()
  return hasMaximum ? [0x01, 0x01, ...leb(reader.u32())] : [0x00, 0x01]
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

const codeOf = (reader: WasmReader, plan: Plan): number[] => {
  const count = reader.u32()
  const out: number[] = leb(count + 2)
  const add = (body: readonly number[]): void => {
    for (const byte of leb(body.length)) out.push(byte)
    for (const byte of body) out.push(byte)
  }
  for (let index = 0; index < count; index += 1) add(functionOf(wasmReader(reader.take(reader.u32())), plan))
  for (const instruction of [
    [0xfc, fill, 0x00],
    [0xfc, copy, 0x00, 0x00],
  ])
    add(bulkOf(instruction, plan.steps))
  return out
}

const functionOf = (reader: WasmReader, plan: Plan): number[] => {
  const charge = chargeOf(plan.steps)
  for (let groups = reader.u32(); groups > 0; groups -= 1) {
    reader.u32()
    reader.byte()
  }
  const out: number[] = [...reader.bytes.subarray(0, reader.position), ...charge]
  while (reader.position < reader.bytes.length) {
    const start = reader.position
    const opcode = skipInstruction(reader)
    const second = reader.bytes[start + 1]
    if (opcode === 0xfc && second === fill) out.push(0x10, ...leb(plan.fill))
    else if (opcode === 0xfc && second === copy) out.push(0x10, ...leb(plan.fill + 1))
    else for (const byte of reader.bytes.subarray(start, reader.position)) out.push(byte)
    if (opcode === loop) out.push(...charge)
  }
  return out
}

/** `if (steps === 0) unreachable; steps -= 1` */
const chargeOf = (steps: number): readonly number[] => {
  const get = [0x23, ...leb(steps)]
  return [...get, 0x50, 0x04, 0x40, 0x00, 0x0b, ...get, 0x42, 0x01, 0x7d, 0x24, ...leb(steps)]
}

/** `(to, what, count) => { steps -= count >>> 6; if (steps < 0) unreachable; … }` */
const bulkOf = (instruction: readonly number[], steps: number): readonly number[] => {
  const get = [0x23, ...leb(steps)]
  const charge = [...get, 0x20, 0x02, 0xad, 0x42, 0x06, 0x88, 0x7d, 0x24, ...leb(steps)]
  const check = [...get, 0x42, 0x00, 0x53, 0x04, 0x40, 0x00, 0x0b]
  return [0x00, ...charge, ...check, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, ...instruction, 0x0b]
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
