import { RuntimeError } from '../../errors/runtime-error.ts'
import type { Network, NetworkRows } from '../network.ts'
import { firstLine, loadFailure } from '../runtime-failure.ts'
import { assertRows } from './assert-rows.ts'
import { attentionBias } from './attention-bias.ts'
import { addAttentionBias, biasInput, positionsInput, refusesBias } from './graph/add-attention-bias.ts'
import { graphFacts } from './graph/graph-facts.ts'
import { partsInput, refusesUnfolding, unfoldAttention } from './graph/unfold-attention.ts'
import { type NetworkShape, stateShapeOf } from './network-shape.ts'
import type { ExternalData, OnnxRuntime, OnnxSession, OnnxSessionOptions, OnnxTensor } from './onnx-runtime.ts'
import { rowMemory } from './row-memory.ts'
import { sharedMemory } from './shared-memory.ts'
import { notOurs, type StateMemory, stateBytes } from './state-memory.ts'

export interface OnnxNetworkOptions {
  /** Names the network in errors. */
  readonly id: string
  readonly runtime: OnnxRuntime
  /** An ONNX file in the layout of transformers.js. */
  readonly graph: Uint8Array
  /** Weights the graph calls by name. */
  readonly externalData?: readonly ExternalData[]
  readonly shape: NetworkShape
  /** Where the session computes: `cpu`, `wasm`, `webgpu`, or another execution provider of the runtime. */
  readonly device: string
  /** Threads of the CPU; the runtime's own choice when left out. */
  readonly threads?: number
  readonly sessionOptions?: OnnxSessionOptions
}

/**
 * A network on onnxruntime.
 *
 * @throws RuntimeError `runtime/model-files`, `runtime/no-backend`, `runtime/out-of-memory`
 */
export const onnxNetwork = async (options: OnnxNetworkOptions): Promise<Network> => {
  const { id, runtime, shape } = options
  const facts = graphFacts(options.graph, id)
  const state = stateShapeOf(id, shape, facts)
  const unfolds = refusesUnfolding(facts) === undefined
  const branches = refusesBias(facts) === undefined
  const graph = unfolds
    ? unfoldAttention(options.graph, facts, state.type, state)
    : branches
      ? addAttentionBias(options.graph, facts, state.type)
      : options.graph
  const session = await createSession(options, graph)
  const has = (name: string): boolean => session.inputNames.includes(name)
  const biasOf = attentionBias(state.type, unfolds ? { causal: false, least: 1 } : { causal: true, least: 0 })
  const limited = has('num_logits_to_keep')
  let failed: unknown

  const tensor = (values: readonly number[]): OnnxTensor =>
    new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])

  const run = async (memory: StateMemory, rows: NetworkRows): Promise<Float32Array> => {
    const { tokens, positions, at, keep } = rows
    const count = tokens.length
    const total = at + count
    const feeds: Record<string, OnnxTensor> = { ...memory.past(at, count), input_ids: tensor(tokens) }
    if (has('attention_mask')) feeds.attention_mask = tensor(new Array<number>(total).fill(1))
    if (has(positionsInput)) feeds[positionsInput] = tensor(positions)
    if (has(biasInput))
      feeds[biasInput] = new runtime.Tensor(
        state.type,
        biasOf(rows.visible, at, count),
        unfolds ? [count, Math.max(at, 1) + count] : [1, 1, count, total],
      )
    if (unfolds)
      feeds[partsInput] = new runtime.Tensor('int64', BigInt64Array.of(BigInt(Math.max(at, 1)), BigInt(count)), [2])
    if (limited) feeds.num_logits_to_keep = new runtime.Tensor('int64', BigInt64Array.of(BigInt(keep || 1)), [])
    const present = memory.present?.(at, count)
    const outputs = await (present === undefined
      ? session.run(feeds)
      : session.run(feeds, { ...present, logits: null }))
    memory.keep(outputs, at, count)
    const logits = outputs.logits
    if (logits === undefined) throw new Error('there are no logits')
    const numbers = logits.data
    if (!(numbers instanceof Float32Array)) throw new Error(`logits are ${logits.type}`)
    return numbers.subarray(numbers.length - keep * shape.vocabularySize)
  }

  const network: Network = {
    vocabularySize: shape.vocabularySize,
    window: shape.window,
    branches,
    bytesPerSlot: stateBytes(state),
    memory: slots => (unfolds ? rowMemory(runtime.Tensor, state, slots) : sharedMemory(runtime.Tensor, state, slots)),
    async step(memory, rows) {
      if (failed !== undefined) throw lost(id, failed)
      if (!isState(memory)) throw notOurs()
      assertRows(network, memory.slots, rows)
      try {
        return await run(memory, rows)
      } catch (error) {
        failed = error
        throw lost(id, error)
      }
    },
    close: () => session.release(),
  }
  return network
}

const isState = (memory: object): memory is StateMemory => 'past' in memory && 'freed' in memory && !memory.freed

const createSession = async (
  { id, runtime, externalData, device, threads, sessionOptions }: OnnxNetworkOptions,
  graph: Uint8Array,
): Promise<OnnxSession> => {
  try {
    return await runtime.InferenceSession.create(graph, {
      executionProviders: [device],
      ...(externalData === undefined ? {} : { externalData }),
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      ...sessionOptions,
    })
  } catch (error) {
    throw loadFailure(id, 'its place', error)
  }
}

const lost = (id: string, error: unknown): RuntimeError =>
  new RuntimeError('runtime/failed', `${id} broke off while it computed: ${firstLine(error)}. Load it anew.`, {
    cause: error,
  })
