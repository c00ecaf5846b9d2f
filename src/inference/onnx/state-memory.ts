import { RuntimeError } from '../../errors/runtime-error.ts'
import type { AttentionMemory } from '../network.ts'
import type { OnnxStateType, OnnxValues } from './onnx-runtime.ts'
import type { StepView } from './step-view.ts'

/** Attention memory in the terms of a session: what a step is given, and where what it gives goes. */
export interface StateMemory extends AttentionMemory {
  readonly freed: boolean
  /** The state that rows from slot `at` on see, under the names of the graph's inputs. */
  past(at: number, count: number): OnnxValues
  /** The state of the slots of a view, for graphs whose attention is unfolded. */
  viewed?(view: StepView): OnnxValues
  /** Where the session shall write, by the names of its outputs; undefined where it decides. */
  present?(at: number, count: number): OnnxValues
  /** Keeps what a step has written for the slots from `at` on. */
  keep(outputs: OnnxValues, at: number, count: number): void
}

/** Attention state of one network: a key and a value for each layer, `[1, heads, slots, width]` each. */
export interface StateShape {
  readonly type: OnnxStateType
  readonly layers: number
  readonly heads: number
  readonly width: number
}

/** Names of one part of the state, as inputs and outputs of the graph. */
export interface StateName {
  readonly past: string
  readonly present: string
}

export const stateNames = (layers: number): readonly StateName[] =>
  Array.from({ length: layers }, (_, layer) =>
    ['key', 'value'].map(part => ({ past: `past_key_values.${layer}.${part}`, present: `present.${layer}.${part}` })),
  ).flat()

export const stateBytes = ({ type, layers, heads, width }: StateShape): number =>
  layers * 2 * heads * width * (type === 'float16' ? 2 : 4)

/** Numbers for state on the host. */
export type StateNumbers = Float32Array | Uint16Array

export const stateNumbers = (type: OnnxStateType, length: number): StateNumbers => {
  try {
    return type === 'float16' ? new Uint16Array(length) : new Float32Array(length)
  } catch (error) {
    throw new RuntimeError(
      'runtime/out-of-memory',
      `Attention memory of ${length * (type === 'float16' ? 2 : 4)} bytes a layer does not fit. Use fewer slots.`,
      { cause: error },
    )
  }
}

/** Says where ranges of a copy do not fit. */
export const assertCopy = (
  target: AttentionMemory,
  source: AttentionMemory,
  from: number,
  to: number,
  count: number,
): void => {
  const fits = [from, to, count].every(n => Number.isSafeInteger(n) && n >= 0)
  if (!fits || from + count > source.slots || to + count > target.slots) {
    throw new RuntimeError(
      'runtime/failed',
      `Slots ${from} to ${from + count} of ${source.slots} cannot be copied to ${to} of ${target.slots}. Expected ranges within both memories.`,
    )
  }
}

export const notOurs = (): RuntimeError =>
  new RuntimeError('runtime/failed', 'The attention memory is of another network, or freed. Use network.memory(slots).')
