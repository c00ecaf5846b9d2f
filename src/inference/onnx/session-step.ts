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
import { rowsOf, type StepView, stepParts, stepView } from './step-view.ts'

interface SessionStepOptions {
  readonly runtime: OnnxRuntime
  readonly session: OnnxSession
  readonly shape: NetworkShape
  readonly state: StateShape
  readonly form: Pick<AttentionForm, 'unfolded' | 'scores'>
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
  const biasOf = attentionBias(state.type, { causal: !form.unfolded, least: 0 })
  const vocabulary = shape.vocabularySize
  let halves: Float32Array | undefined

  const integers = (values: readonly number[], dims: readonly number[]): OnnxTensor =>
    new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), dims)

  const feedsOf = (memory: StateMemory, rows: NetworkRows, view: StepView | undefined): Record<string, OnnxTensor> => {
    const { tokens, positions, at, visible, keep } = rows
    const count = tokens.length
    const past = view === undefined ? at : view.pastWidth + view.branchWidth
    const feeds: Record<string, OnnxTensor> = {
      ...(view === undefined ? memory.past(at, count) : memory.viewed?.(view)),
      input_ids: integers(tokens, [1, count]),
    }
    if (inputs.has('attention_mask')) {
      const total = past + count
      feeds.attention_mask = new runtime.Tensor('int64', new BigInt64Array(total).fill(1n), [1, total])
    }
    if (inputs.has(positionsInput)) feeds[positionsInput] = integers(positions, [1, count])
    if (inputs.has(biasInput)) {
      const dims = form.unfolded ? [count, past + count] : [1, 1, count, past + count]
      feeds[biasInput] = hostTensor(runtime.Tensor, state.type, biasOf(view?.visible ?? visible, past, count), dims)
    }
    if (inputs.has(partsInput))
      feeds[partsInput] = integers([view?.pastWidth ?? past, view?.branchWidth ?? 0, count], [3])
    // None would mean all of them.
    if (inputs.has('num_logits_to_keep')) feeds.num_logits_to_keep = integers([keep || 1], [])
    return feeds
  }

  const compute = async (memory: StateMemory, rows: NetworkRows, view: StepView | undefined): Promise<Float32Array> => {
    const count = rows.tokens.length
    const present = memory.present?.(rows.at, count)
    const feeds = feedsOf(memory, rows, view)
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

  /** Computes rows in parts that keep scores small. */
  const inParts = async (memory: StateMemory, rows: NetworkRows, view: StepView | undefined): Promise<Float32Array> => {
    const all = rows.tokens.length
    const kept: Float32Array[] = []
    for (let from = 0; from < all; ) {
      const past = view === undefined ? rows.at + from : view.pastWidth + view.branchWidth + from
      const to = Math.min(all, from + partOf(form.scores / shape.heads, past))
      if (from === 0 && to === all) return await compute(memory, rows, view)
      const part = rowsOf(rows, from, to)
      kept.push((await compute(memory, part, form.unfolded ? stepView(part) : undefined)).slice())
      from = to
    }
    return joined(kept)
  }

  return async (memory, rows) => {
    if (!form.unfolded) return await inParts(memory, rows, undefined)
    const kept: Float32Array[] = []
    for (const { from, to, view } of stepParts(rows)) {
      const part = await inParts(memory, from === 0 && to === rows.tokens.length ? rows : rowsOf(rows, from, to), view)
      kept.push(part)
    }
    const [only = nothing, ...others] = kept.filter(part => part.length > 0)
    return others.length === 0 ? only : joined([only, ...others])
  }
}

const nothing = new Float32Array(0)

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
