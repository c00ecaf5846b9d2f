import { RuntimeError } from '../../errors/runtime-error.ts'
import type { Network, NetworkRows } from '../network.ts'
import { assertRows } from './assert-rows.ts'
import { assertOnGpu, attentionForm } from './attention-form.ts'
import { externalSizes } from './external-files.ts'
import type { GpuDevice } from './gpu-device.ts'
import { type Turn, turnsOf } from './gpu-turns.ts'
import { assertWithin, type ExternalTensor, externalTensors } from './graph/external-tensors.ts'
import { graphFacts } from './graph/graph-facts.ts'
import { positionsInput } from './graph/rotation.ts'
import { type NetworkShape, stateShapeOf } from './network-shape.ts'
import type { ExternalData, ExternalFolder, OnnxRuntime, OnnxSession, OnnxSessionOptions } from './onnx-runtime.ts'
import { createSession, deviceOf, sharesGpu, stepFailure } from './onnx-session.ts'
import { sessionStep } from './session-step.ts'
import { notOurs, type StateMemory, stateBytes } from './state-memory.ts'

export interface OnnxNetworkOptions {
  /** Names the network in errors. */
  readonly id: string
  readonly runtime: OnnxRuntime
  /** An ONNX file in the layout of transformers.js. */
  readonly graph: Uint8Array
  /** Weights the graph calls by name. */
  readonly externalData?: readonly ExternalData[]
  /** The same on a disk, in place of `externalData`; onnxruntime-node alone can read there. */
  readonly externalFolder?: ExternalFolder | undefined
  readonly shape: NetworkShape
  /** Where the session computes: `cpu` in onnxruntime-node, `wasm` or `webgpu` in onnxruntime-web, or another provider. */
  readonly device: string
  /** The device of WebGPU to compute on; the runtime's own choice when left out. */
  readonly gpuDevice?: GpuDevice
  /** Threads of the CPU; the runtime's own choice when left out. One is best for networks of a few million weights. */
  readonly threads?: number
  readonly sessionOptions?: OnnxSessionOptions
}

export interface OnnxNetwork extends Network {
  /** Bytes of its files. */
  readonly bytes: number
}

/**
 * A network on onnxruntime: the graph is edited on load so that branches can be told apart, the session is fed rows, and
 * attention state is kept where the device has it.
 *
 * 1. What a session refuses in the midst of a step is its end: every later step rejects, load it anew.
 * 2. Long steps are computed in parts, so that scores stay small.
 * 3. Logits are 32-bit floats, whatever the graph computes in.
 * 4. Networks on one GPU of onnxruntime-web take turns: their steps, loads and ends wait for each other.
 *
 * @throws RuntimeError `runtime/model-files` when the graph is not what `shape` says or lies about its weights,
 * `runtime/no-backend`, `runtime/out-of-memory`
 * @example
 * const network = await onnxNetwork({ id: 'nano', runtime, graph, shape, device: 'cpu', threads: 1 })
 */
export const onnxNetwork = async (options: OnnxNetworkOptions): Promise<OnnxNetwork> =>
  networkWith(options, externalTensors(options.graph, options.id))

/** The same for a graph whose weights beside it were looked for already. */
export const networkWith = async (
  options: OnnxNetworkOptions,
  tensors: readonly ExternalTensor[],
): Promise<OnnxNetwork> => {
  const { id, runtime, graph, shape } = options
  const facts = graphFacts(graph, id)
  if (options.device === 'webgpu') assertOnGpu(id, facts)
  const state = stateShapeOf(id, shape, facts)
  const sizes = externalSizes(options)
  assertWithin(id, tensors, location => sizes.get(location))
  // The edited graph is not kept: it may hold all the weights.
  const { graph: edited, ...form } = attentionForm(graph, facts, state, sharesGpu(options))
  const takesPositions = form.branches || facts.inputs.some(({ name }) => name === positionsInput)
  const turn = turnsOf(options)
  const session = await opened(turn, options, edited)
  const gpu = await deviceOf(options).catch(async error => {
    await turn(() => session.release())
    throw error
  })
  const step = sessionStep({ runtime, session, shape, state, form })

  /** Why no step can be computed any more. */
  let over: RuntimeError | undefined
  let busy = false
  const lost = gpu?.lost.then(({ message }): never => {
    over ??= stepFailure(id, new Error(`the GPU is gone: ${message}`))
    throw over
  })
  lost?.catch(() => {})

  const compute = async (memory: StateMemory, rows: NetworkRows): Promise<Float32Array> => {
    try {
      // A device that is gone may never answer: its turn ends all the same.
      return await turn(() => (lost === undefined ? step(memory, rows) : Promise.race([step(memory, rows), lost])))
    } catch (error) {
      over ??= stepFailure(id, error)
      throw over
    }
  }

  const network: OnnxNetwork = {
    vocabularySize: shape.vocabularySize,
    window: shape.window,
    branches: form.branches,
    bytesPerSlot: stateBytes(state),
    bytes: [...sizes.values()].reduce((sum, size) => sum + size, graph.length),
    memory: slots => form.memory(runtime.Tensor, slots, gpu),
    async step(memory, rows) {
      if (over !== undefined) throw over
      if (busy) throw new RuntimeError('runtime/failed', `${id} computes already. Await a step before the next one.`)
      if (!isState(memory)) throw notOurs()
      assertRows({ ...network, takesPositions }, memory.slots, rows)
      busy = true
      try {
        return await compute(memory, rows)
      } finally {
        busy = false
      }
    },
    async close() {
      if (closed) return
      closed = true
      over ??= new RuntimeError('runtime/failed', `${id} is closed. Load it anew.`)
      await turn(() => session.release())
    },
  }
  let closed = false
  return network
}

// Apart, since what a function within `networkWith` mentions lives as long as the network: options and the edited graph hold
// the weights.

const opened = (turn: Turn, options: OnnxNetworkOptions, edited: Uint8Array): Promise<OnnxSession> =>
  turn(() => createSession(options, edited))

const isState = (memory: object): memory is StateMemory => 'past' in memory && 'freed' in memory && !memory.freed
