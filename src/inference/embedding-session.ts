import type { JsonObject } from '../data/json.ts'
import type { WeightType } from './backend-config.ts'
import type { ModelFiles } from './model-files.ts'
import { externalFiles, externalOptions, externalSizes, handedOver } from './onnx/external-files.ts'
import { turnsOf } from './onnx/gpu-turns.ts'
import { assertWithin, externalTensors } from './onnx/graph/external-tensors.ts'
import { elementTypes, type GraphFacts, graphFacts } from './onnx/graph/graph-facts.ts'
import { halfTable } from './onnx/half.ts'
import { graphFiles } from './onnx/load-network.ts'
import type { OnnxRuntime, OnnxSession, OnnxTensor } from './onnx/onnx-runtime.ts'
import { loadFailure } from './runtime-failure.ts'
import { badFile } from './text/model-json.ts'

export interface EmbeddingSessionOptions {
  readonly id: string
  readonly runtime: OnnxRuntime
  readonly weights: WeightType
  readonly device: string
  readonly threads?: number
  readonly config: JsonObject
}

/** A network that reads whole texts, many side by side. */
export interface EmbeddingSession {
  /** The states of all tokens of all texts; texts may differ in length. */
  run(texts: readonly (readonly number[])[]): Promise<TokenStates>
  close(): Promise<void>
}

export interface TokenStates {
  readonly numbers: Float32Array
  /** Tokens of a row, those that fill it up included; 1 where the network gives one vector a text. */
  readonly length: number
  readonly width: number
}

/** Names of what a network gives for its tokens, or for a text, by how much is left to do. */
const outputNames = ['last_hidden_state', 'token_embeddings', 'sentence_embedding', 'hidden_states']

/**
 * Loads an embedding network: the graph of the weights wanted and the files beside it. Shorter texts are filled up at their
 * right, where nothing sees it.
 *
 * @throws RuntimeError `runtime/model-files`, `runtime/no-backend`, `runtime/out-of-memory`
 */
export const embeddingSession = async (
  files: ModelFiles,
  { id, runtime, weights, device, threads, config }: EmbeddingSessionOptions,
): Promise<EmbeddingSession> => {
  const name = graphFiles[weights]
  const graph = await files.read(name)
  const facts = graphFacts(graph, `${name} of ${id}`)
  const output = outputNames.find(known => facts.outputs.some(one => one.name === known))
  if (output === undefined) throw badFile(files, name, `it gives none of ${outputNames.join(', ')}`)
  const tensors = externalTensors(graph, `${name} of ${id}`)
  const external = await externalFiles(files, name, tensors, { device, runtime })
  const sizes = externalSizes(external)
  assertWithin(id, tensors, location => sizes.get(location))
  const given = handedOver(id, device, graph, external)
  const turn = turnsOf({ device, runtime })
  const session = await turn(() =>
    runtime.InferenceSession.create(given.graph, {
      executionProviders: [device],
      ...externalOptions(given.external),
      ...(threads !== undefined && { intraOpNumThreads: threads }),
    }),
  ).catch(error => {
    throw loadFailure(id, files.place, error)
  })
  const padding = typeof config.pad_token_id === 'number' ? config.pad_token_id : 0

  return {
    async run(texts) {
      const length = Math.max(1, ...texts.map(tokens => tokens.length))
      const feeds = feedsOf(runtime, session, facts, { texts, length, padding })
      const outputs = await turn(() => session.run(feeds, { [output]: null }))
      const states = outputs[output]
      if (states === undefined) throw new Error(`The network gave no ${output}.`)
      try {
        const perToken = states.dims.length === 3
        return { numbers: numbersOf(states), length: perToken ? length : 1, width: states.dims.at(-1) ?? 0 }
      } finally {
        for (const tensor of Object.values(outputs)) tensor.dispose()
      }
    },
    close: () => turn(() => session.release()),
  }
}

interface Batch {
  readonly texts: readonly (readonly number[])[]
  readonly length: number
  readonly padding: number
}

const feedsOf = (
  { Tensor }: OnnxRuntime,
  { inputNames }: OnnxSession,
  { inputs }: GraphFacts,
  { texts, length, padding }: Batch,
): Readonly<Record<string, OnnxTensor>> => {
  const rows = (value: (tokens: readonly number[], place: number) => number): OnnxTensor => {
    const numbers = new BigInt64Array(texts.length * length)
    for (const [row, tokens] of texts.entries()) {
      for (let place = 0; place < length; place += 1) numbers[row * length + place] = BigInt(value(tokens, place))
    }
    return new Tensor('int64', numbers, [texts.length, length])
  }
  const made: Readonly<Record<string, () => OnnxTensor>> = {
    input_ids: () => rows((tokens, place) => tokens[place] ?? padding),
    attention_mask: () => rows((tokens, place) => (place < tokens.length ? 1 : 0)),
    token_type_ids: () => rows(() => 0),
    position_ids: () => rows((_, place) => place),
  }
  const feeds: Record<string, OnnxTensor> = {}
  for (const name of inputNames) {
    const make = made[name]
    if (make !== undefined) feeds[name] = make()
    // A network that could go on with a text begins with no past.
    const past = name.startsWith('past_key_values.') ? inputs.find(input => input.name === name) : undefined
    if (past === undefined) continue
    const [, heads, , width] = past.shape.map(size => (typeof size === 'number' ? size : 0))
    const isHalf = past.type === elementTypes.float16
    feeds[name] = new Tensor(isHalf ? 'float16' : 'float32', isHalf ? new Uint16Array(0) : new Float32Array(0), [
      ...[texts.length, heads ?? 0, 0, width ?? 0],
    ])
  }
  return feeds
}

/** Halves come as their bits, or as numbers where the platform has them. */
const numbersOf = ({ data, type }: OnnxTensor): Float32Array => {
  if (data instanceof Float32Array) return data.slice()
  if (type === 'float16' && data instanceof Uint16Array) {
    const table = halfTable()
    return Float32Array.from(data, bits => table[bits] ?? Number.NaN)
  }
  return Float32Array.from(isNumbers(data) ? data : [], Number)
}

const isNumbers = (data: unknown): data is ArrayLike<number> =>
  typeof data === 'object' && data !== null && 'length' in data && typeof data.length === 'number'

/**
 * How `1_Pooling/config.json` of sentence-transformers makes one vector of those of the tokens, in its words of today
 * (`pooling_mode`) and those before (`pooling_mode_cls_token`); undefined where it does not say, `other` for a way that is
 * not among these.
 */
export const poolingOf = (pooling: JsonObject): Pooling | 'other' | undefined => {
  const told = pooling.pooling_mode
  const modes =
    told === undefined
      ? Object.keys(pooling).filter(key => key.startsWith('pooling_mode_') && pooling[key] === true)
      : Array.isArray(told)
        ? told
        : [told]
  const [mode, another] = modes
  if (mode === undefined) return undefined
  return another === undefined && typeof mode === 'string' ? (poolings.get(mode) ?? 'other') : 'other'
}

const poolings: ReadonlyMap<string, Pooling> = /* @__PURE__ */ new Map([
  ['mean', 'mean'],
  ['cls', 'cls'],
  ['lasttoken', 'last_token'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_lasttoken', 'last_token'],
])

/** How the vectors of tokens become one: their mean, that of the first or of the last. */
export type Pooling = 'mean' | 'cls' | 'last_token'
