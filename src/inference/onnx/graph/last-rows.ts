import type { GraphFacts } from './graph-facts.ts'
import type { GraphWriter, NumberBook } from './graph-writer.ts'
import { tensorFacts } from './tensor-facts.ts'
import { damaged, type WireField, wireFields, wireText } from './wire-format.ts'

/** The input that tells of how many rows logits are wanted, counted from the last. */
export const keptInput = 'num_logits_to_keep'

/** Its negative as `[1]`, where the last rows begin. */
export const firstOfLast = 'kkachi.first_of_last'

/** Where what skips the last layer's attention is added to what it gave. */
export interface LastSum {
  readonly field: WireField
  readonly inputs: readonly string[]
  /** Which of the inputs has all rows. */
  readonly skipped: number
}

/** Takes the last rows of something along an axis, as many as logits are wanted. */
export const lastRows = ({ node }: GraphWriter, numbers: NumberBook, from: string, axis: number, to: string): string =>
  node('Slice', [from, firstOfLast, numbers.name([2 ** 31 - 1]), numbers.name([axis])], to)

/** What computes each row by itself. DynamicQuantizeLinear does not: with fewer rows its scale, and so every logit, is another. */
const byRow: ReadonlySet<string> = new Set([
  ...['MatMul', 'MatMulNBits', 'Add', 'Mul', 'Sigmoid', 'QuickGelu', 'Gelu', 'Identity', 'Cast'],
  ...[
    'SimplifiedLayerNormalization',
    'SkipSimplifiedLayerNormalization',
    'LayerNormalization',
    'SkipLayerNormalization',
  ],
])
const sums: ReadonlySet<string> = new Set(['Add', 'SkipSimplifiedLayerNormalization', 'SkipLayerNormalization'])

/**
 * Where the last layer can let go of the rows whose logits nobody wants: of them only keys and values are needed.
 *
 * Undefined where the graph does not say how many are wanted, or where anything after the last attention may look at more than
 * its own row.
 */
export const lastSum = (facts: GraphFacts): LastSum | undefined => {
  const attention = facts.attention.at(-1)
  if (attention === undefined || !facts.inputs.some(({ name }) => name === keptInput)) return undefined
  /** What depends on the rows, on the last of them alone, and on how many those are. */
  const all = new Set(facts.inputs.map(({ name }) => name).filter(name => name !== keptInput))
  const last = new Set<string>()
  const kept = new Set([keptInput])
  const known = new Set(['', keptInput, ...all])
  const nodes: Node[] = []
  for (const field of wireFields(facts.graph)) {
    if (field.kind !== 'bytes') continue
    if (field.field === 5) known.add(tensorFacts(field).name)
    if (field.field === 1) nodes.push(readNode(field))
  }
  let found: LastSum | undefined
  for (const { field, operator, inputs, outputs } of nodes) {
    if (inner.has(operator) || !inputs.every(name => known.has(name))) return undefined
    for (const name of outputs) known.add(name)
    const put = (set: Set<string>): void => outputs.forEach(name => void set.add(name))
    if (field.start === attention.field.start) {
      put(all)
      all.delete(outputs[0] ?? '')
      last.add(outputs[0] ?? '')
    } else if (inputs.some(name => last.has(name))) {
      const isCut = operator === 'Slice' && last.has(inputs[0] ?? '') && kept.has(inputs[1] ?? '')
      if (!isCut && !byRow.has(operator)) return undefined
      const others = inputs.filter(name => name !== '' && all.has(name))
      if (others.length > 0) {
        if (found !== undefined || others.length > 1 || !sums.has(operator)) return undefined
        found = { field, inputs, skipped: inputs.indexOf(others[0] ?? '') }
      }
      put(last)
    } else if (inputs.some(name => name !== '' && all.has(name))) put(all)
    else if (inputs.some(name => kept.has(name))) put(kept)
  }
  const given = facts.outputs.filter(({ name }) => last.has(name))
  return given.length === 1 && given[0]?.name === 'logits' ? found : undefined
}

/** Operators with graphs inside, which take what they do not name. */
const inner: ReadonlySet<string> = new Set(['If', 'Loop', 'Scan', 'SequenceMap'])

interface Node {
  readonly field: WireField
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

const readNode = (node: WireField): Node => {
  const inputs: string[] = []
  const outputs: string[] = []
  let operator = ''
  for (const field of wireFields(node)) {
    if (field.kind !== 'bytes') continue
    if (field.field === 1) inputs.push(wireText(field))
    if (field.field === 2) outputs.push(wireText(field))
    if (field.field === 4) operator = wireText(field)
    if (inputs.length > 4096 || outputs.length > 4096) throw damaged(node.file, node.start, 'a node has too many names')
  }
  return { field: node, operator, inputs, outputs }
}
