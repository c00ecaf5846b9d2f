import { RuntimeError } from '../../errors/runtime-error.ts'
import { copiedMemory } from './copied-memory.ts'
import type { GpuDevice } from './gpu-device.ts'
import { gpuMemory } from './gpu-memory.ts'
import { addAttentionBias, refusesBias } from './graph/add-attention-bias.ts'
import type { GraphFacts } from './graph/graph-facts.ts'
import { refusesUnfolding, unfoldAttention } from './graph/unfold-attention.ts'
import type { OnnxTensors } from './onnx-runtime.ts'
import { rowMemory } from './row-memory.ts'
import type { StateMemory, StateShape } from './state-memory.ts'

/** How a network computes attention, and keeps its state. */
export interface AttentionForm {
  /** The graph to load. */
  readonly graph: Uint8Array
  readonly branches: boolean
  /** Written out in plain operators, or left to the runtime's kernel, which hides later rows by itself. */
  readonly unfolded: boolean
  /** Scores that a step computes at once, as a goal: rows x slots x heads. */
  readonly scores: number
  memory(tensors: OnnxTensors, slots: number, device: GpuDevice | undefined): StateMemory
}

/**
 * The form for a graph: on a GPU the kernel with the state in place, elsewhere written out where the graph allows it, with
 * copies of the state where not. A graph that takes no bias is left as it is, and computes one continuation at a time.
 */
export const attentionForm = (
  graph: Uint8Array,
  facts: GraphFacts,
  state: StateShape,
  onGpu: boolean,
): AttentionForm => {
  const branches = refusesBias(facts) === undefined
  if (!onGpu && refusesUnfolding(facts) === undefined) {
    return {
      graph: unfoldAttention(graph, facts, state.type, state),
      branches,
      unfolded: true,
      scores: 2 ** 20,
      memory: (tensors, slots) => rowMemory(tensors, state, slots),
    }
  }
  return {
    graph: branches ? addAttentionBias(graph, facts, state.type) : graph,
    branches,
    unfolded: false,
    scores: onGpu ? 2 ** 24 : 2 ** 22,
    memory: (tensors, slots, device) =>
      device === undefined ? copiedMemory(tensors, state, slots) : gpuMemory(device, tensors, state, slots),
  }
}

/**
 * Refuses what WebGPU gets wrong without a word: onnxruntime-web 1.30 ignores `softcap` there, and logits are off by whole units.
 *
 * @throws RuntimeError `runtime/no-backend`
 */
export const assertOnGpu = (id: string, { attention }: GraphFacts): void => {
  if (attention.every(({ numbers }) => (numbers.get('softcap') ?? 0) === 0)) return
  const reason = 'its attention has a softcap, which onnxruntime ignores on WebGPU'
  throw new RuntimeError(
    'runtime/no-backend',
    `${id} cannot compute on WebGPU: ${reason}. Load it on another device, like wasm.`,
    { tried: [{ name: 'webgpu', reason }] },
  )
}
