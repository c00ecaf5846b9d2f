import { RuntimeError } from '../../errors/runtime-error.ts'
import { elementTypes, type GraphFacts } from './graph/graph-facts.ts'
import type { StateShape } from './state-memory.ts'

/** What `config.json` says of a network. */
export interface NetworkShape {
  readonly layers: number
  /** Heads that queries have, and those keys and values have. */
  readonly heads: number
  readonly stateHeads: number
  readonly headWidth: number
  readonly vocabularySize: number
  readonly window: number
}

/**
 * The attention state a graph keeps, once the graph is seen to be what `config.json` says.
 *
 * @throws RuntimeError `runtime/model-files`
 */
export const stateShapeOf = (
  id: string,
  shape: NetworkShape,
  { inputs, outputs, attention }: GraphFacts,
): StateShape => {
  const keys = inputs.filter(({ name }) => /^past_key_values\.\d+\.key$/.test(name))
  const first = keys[0]
  if (first === undefined) throw unlike(id, 'its graph has no past_key_values.0.key', 'an export with past')
  if (keys.length !== shape.layers) throw unlike(id, `its graph has ${keys.length} layers`, `${shape.layers}`)
  if (!outputs.some(({ name }) => name === 'logits')) throw unlike(id, 'its graph gives no logits', 'logits')
  if (first.type !== elementTypes.float32 && first.type !== elementTypes.float16) {
    throw unlike(id, `its state is of type ${first.type}`, 'float32 or float16')
  }
  for (const { name, type, shape: sizes } of inputs) {
    if (!name.startsWith('past_key_values.')) continue
    const [, heads, , width] = sizes
    if (
      sizes.length !== 4 ||
      type !== first.type ||
      differs(heads, shape.stateHeads) ||
      differs(width, shape.headWidth)
    ) {
      throw unlike(id, `${name} is [${sizes.join(', ')}]`, `[batch, ${shape.stateHeads}, slots, ${shape.headWidth}]`)
    }
  }
  for (const { numbers } of attention) {
    const [heads, stateHeads] = [numbers.get('num_heads'), numbers.get('kv_num_heads')]
    if (heads !== shape.heads || stateHeads !== shape.stateHeads) {
      throw unlike(id, `its attention has ${heads} heads over ${stateHeads}`, `${shape.heads} over ${shape.stateHeads}`)
    }
  }
  return {
    type: first.type === elementTypes.float16 ? 'float16' : 'float32',
    layers: shape.layers,
    heads: shape.stateHeads,
    width: shape.headWidth,
  }
}

const differs = (size: number | string | undefined, expected: number): boolean =>
  typeof size === 'number' && size !== expected

const unlike = (id: string, what: string, expected: string): RuntimeError =>
  new RuntimeError(
    'runtime/model-files',
    `${id} cannot be used: ${what}. Expected ${expected}, as config.json says. Get its files anew, all from one place.`,
  )
