import { RuntimeError } from '../../../errors/runtime-error.ts'
import { type TensorFacts, tensorFacts } from './tensor-facts.ts'
import { damaged, type WireField, type WireMessage, wireFields } from './wire-format.ts'

/** Numbers of a tensor that lie in another file. */
export interface ExternalTensor {
  readonly name: string
  /** Relative to the graph, in `/`. */
  readonly location: string
  /** Bytes. */
  readonly offset: number
  readonly length: number
}

const most = 65_536
const deepest = 16

/**
 * Every tensor of an ONNX file whose numbers lie elsewhere, wherever it stands: weights, constants, inner graphs,
 * functions. A runtime that met one nobody looked at would open what it names.
 *
 * 1. A location is a relative name of letters, digits, `.`, `_`, `-` and `/`, without `..`: never a way out of the folder,
 *    nor one of the marks by which a runtime takes an offset for an address in memory.
 * 2. Offsets and lengths are whole numbers; no two tensors overlap, unless they are the same stretch.
 *
 * @throws RuntimeError `runtime/model-files`
 */
export const externalTensors = (graph: Uint8Array, file: string): readonly ExternalTensor[] => {
  const found: ExternalTensor[] = []
  for (const tensor of tensorsOf({ bytes: graph, from: 0, to: graph.length, file }, 'model', 0)) {
    const facts = tensorFacts(tensor)
    if (facts.external === undefined) continue
    found.push(located(file, facts, facts.external))
    if (found.length > most) throw damaged(file, tensor.start, `more than ${most} weights lie elsewhere`)
  }
  assertApart(file, found)
  return found
}

/**
 * @param sizeOf bytes of the file of that name; undefined when it is not there
 * @throws RuntimeError `runtime/model-files` when a tensor lies outside of it
 */
export const assertWithin = (
  file: string,
  tensors: readonly ExternalTensor[],
  sizeOf: (location: string) => number | undefined,
): void => {
  for (const { name, location, offset, length } of tensors) {
    const size = sizeOf(location)
    if (size === undefined) throw refused(file, `${name} lies in ${location}, which is not there`, 'all of its files')
    if (offset + length > size) {
      throw refused(file, `${name} ends at ${offset + length} of ${size} bytes of ${location}`, 'the whole file')
    }
  }
}

type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'training' | 'tensor'

/** What stands in what, by field number, as far as it leads to tensors. */
const inside: Readonly<Record<Exclude<Kind, 'tensor'>, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  training: { 1: 'graph', 2: 'graph' },
}

function* tensorsOf(message: WireMessage, kind: Exclude<Kind, 'tensor'>, depth: number): Generator<WireField, void> {
  if (depth > deepest) throw damaged(message.file, message.from, `graphs stand in graphs ${deepest} deep`)
  for (const field of wireFields(message)) {
    const next = field.kind === 'bytes' ? inside[kind][field.field] : undefined
    if (next === 'tensor') yield field
    else if (next !== undefined) yield* tensorsOf(field, next, depth + 1)
  }
}

const located = (file: string, { name, bytes }: TensorFacts, entries: ReadonlyMap<string, string>): ExternalTensor => {
  const location = entries.get('location') ?? ''
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(location) || location.length > 255 || /(?:^|\/)\.{1,2}(?:\/|$)/.test(location)) {
    throw refused(file, `${name} lies in ${JSON.stringify(location.slice(0, 80))}`, 'a file beside it')
  }
  const offset = wholeNumber(entries.get('offset') ?? '0')
  const length = entries.has('length') ? wholeNumber(entries.get('length') ?? '') : bytes
  if (offset === undefined || length === undefined || (bytes !== undefined && length !== bytes)) {
    throw refused(
      file,
      `${name} is said to lie from ${entries.get('offset')} on, ${entries.get('length')} bytes long`,
      `${bytes ?? 'a number of'} bytes`,
    )
  }
  return { name, location, offset, length }
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined)

const assertApart = (file: string, tensors: readonly ExternalTensor[]): void => {
  const ends = new Map<string, ExternalTensor>()
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset || a.length - b.length)) {
    const last = ends.get(tensor.location)
    if (last !== undefined && tensor.length > 0 && tensor.offset < last.offset + last.length) {
      if (tensor.offset === last.offset && tensor.length === last.length) continue
      throw refused(file, `${tensor.name} overlaps ${last.name} in ${tensor.location}`, 'weights apart from each other')
    }
    if (tensor.length > 0) ends.set(tensor.location, tensor)
  }
}

const refused = (file: string, what: string, expected: string): RuntimeError =>
  new RuntimeError('runtime/model-files', `${file} is refused: ${what}. Expected ${expected}. Get its files anew.`)
