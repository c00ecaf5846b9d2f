import type { NetworkRows } from '../network.ts'
import { attentionBias } from './attention-bias.ts'
import type { AttentionForm } from './attention-form.ts'
import { biasInput } from './graph/add-attention-bias.ts'
import { positionsInput } from './graph/rotation.ts'
import { partsInput } from './graph/unfold-attention.ts'
import { halfTable } from './half.ts'
import { hostNumbers } from './host-numbers.ts'
import { hostTensor } from './host-tensor.ts'
import type { NetworkShape } from './network-shape.ts'
import type { OnnxRuntime, OnnxSession, OnnxTensor } from './onnx-runtime.ts'
import type { StateMemory, StateShape } from './state-memory.ts'

interface SessionStepOptions {
  readonly runtime: OnnxRuntime
  readonly session: OnnxSession
  readonly shape: NetworkShape
  readonly state: StateShape
  readonly form: AttentionForm
}

/** Steps of a session: rows into its inputs, its outputs into memory and logits. */
export const sessionStep = ({
  runtime,
  session,
  shape,
  state,
  form,
}: SessionStepOptions): ((memory: StateMemory, rows: NetworkRows) => Promise<Float32Array>) => {
  const inputs = new Set(session.inputNames)
  const least = form.unfolded ? 1 : 0
  const biasOf = attentionBias(state.type, { causal: !form.unfolded, least })
  const vocabulary = shape.vocabularySize
  let halves: Float32Array | undefined

  const integers = (values: readonly number[], dims: readonly number[]): OnnxTensor =>
    new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), dims)

  const feedsOf = (memory: StateMemory, rows: NetworkRows): Record<string, OnnxTensor> => {
    const { tokens, positions, at, visible, keep } = rows
    const count = tokens.length
    const past = Math.max(at, least)
    const feeds: Record<string, OnnxTensor> = { ...memory.past(at, count), input_ids: integers(tokens, [1, count]) }
    if (inputs.has('attention_mask')) {
      const total = past + count
      feeds.attention_mask = new runtime.Tensor('int64', new BigInt64Array(total).fill(1n), [1, total])
    }
    if (inputs.has(positionsInput)) feeds[positionsInput] = integers(positions, [1, count])
    else if (positions.some((position, row) => position !== at + row)) {
      throw new Error('this graph counts positions by itself, and they are not those of its slots')
    }
    if (inputs.has(biasInput)) {
      const dims = form.unfolded ? [count, past + count] : [1, 1, count, past + count]
      feeds[biasInput] = hostTensor(runtime.Tensor, state.type, biasOf(visible, at, count), dims)
    }
    if (inputs.has(partsInput)) feeds[partsInput] = integers([past, count], [2])
    // None would mean all of them.
    if (inputs.has('num_logits_to_keep')) feeds.num_logits_to_keep = integers([keep || 1], [])
    return feeds
  }

  const compute = async (memory: StateMemory, rows: NetworkRows): Promise<Float32Array> => {
    const count = rows.tokens.length
    const present = memory.present?.(rows.at, count)
    const feeds = feedsOf(memory, rows)
    const outputs = await (present === undefined
      ? session.run(feeds)
      : session.run(feeds, { ...present, logits: null }))
    memory.keep(outputs, rows.at, count)
    const { logits } = outputs
    if (logits === undefined) throw new Error('it gave no logits')
    const numbers = await hostNumbers(logits)
    const wanted = numbers.subarray(numbers.length - rows.keep * vocabulary)
    if (wanted instanceof Float32Array) return wanted
    halves ??= halfTable()
    const table = halves
    return Float32Array.from(wanted, bits => table[bits] ?? 0)
  }

  return async (memory, rows) => {
    const { tokens, positions, at, visible, keep } = rows
    const all = tokens.length
    const kept: Float32Array[] = []
    for (let from = 0; from < all; ) {
      const to = Math.min(all, from + partOf(form.scores / shape.heads, at + from))
      const part = await compute(memory, {
        tokens: tokens.slice(from, to),
        positions: positions.slice(from, to),
        at: at + from,
        ...(visible === undefined ? {} : { visible: visible.slice(from, to) }),
        keep: Math.max(0, Math.min(to - from, to - (all - keep))),
      })
      if (from === 0 && to === all) return part
      kept.push(part.slice())
      from = to
    }
    return joined(kept)
  }
}

/** Rows to compute at once behind a past, so that rows x slots stays near a goal. */
const partOf = (goal: number, past: number): number =>
  Math.max(64, Math.floor((Math.sqrt(past * past + 4 * goal) - past) / 2))

const joined = (parts: readonly Float32Array[]): Float32Array => {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
