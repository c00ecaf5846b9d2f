import type { CausalModel, RuntimeCache, RuntimeTensor, TransformersRuntime } from './transformers-runtime.ts'

/** Keeps the attention state of the last few shared beginnings, so that each is computed once. */
export interface PrefixCache {
  /** The state of these tokens, for one generation; whoever takes it disposes it. Empty where none can be shared. */
  cacheFor(tokens: readonly number[]): Promise<RuntimeCache>
  /** Whether what `cacheFor` gave last holds the state of its tokens; false where none can be shared. */
  readonly isSharing: boolean
}

export interface PrefixCacheOptions {
  /** Beginnings kept, the longest unused one leaves first; 4 when absent. */
  readonly size?: number
  /** Bytes kept; 256 MiB when absent. A longer beginning serves one generation and is computed again for the next. */
  readonly maxBytes?: number
}

type Entries = Readonly<Record<string, RuntimeTensor>>

interface Prefix {
  readonly entries: Entries
  readonly bytes: number
}

/**
 * A prefix cache over one model. Not for two generations at once: what is forgotten is disposed.
 *
 * Only tensors in ordinary memory are shared. The runtime (4.3.1) disposes tensors on the GPU as soon as a generation has
 * gone one step further, so a shared one would be dead at its second use; there nothing is shared, and every prompt is
 * computed whole. The same holds for networks that remember more than attention (convolutions, recurrent states).
 */
export const prefixCache = (
  runtime: TransformersRuntime,
  model: CausalModel,
  { size = 4, maxBytes = 256 * 2 ** 20 }: PrefixCacheOptions = {},
): PrefixCache => {
  const known = new Map<string, Prefix>()
  let canShare = true

  const forgetOldest = (): void => {
    let bytes = [...known.values()].reduce((sum, prefix) => sum + prefix.bytes, 0)
    for (const [key, prefix] of known) {
      if (known.size <= size && bytes <= maxBytes) return
      const isLast = known.size === 1
      known.delete(key)
      bytes -= prefix.bytes
      // The last is the one just asked for: its generation has still to read it.
      if (!isLast) disposeAll(prefix.entries)
    }
  }

  return {
    get isSharing() {
      return canShare
    },
    async cacheFor(tokens) {
      if (!canShare || tokens.length === 0) return new runtime.DynamicCache()
      const key = tokens.join()
      const prefix = known.get(key) ?? (await prefill(runtime, model, tokens))
      if (prefix === undefined) {
        canShare = false
        return new runtime.DynamicCache()
      }
      known.delete(key)
      known.set(key, prefix)
      forgetOldest()
      return new runtime.DynamicCache(prefix.entries)
    },
  }
}

/** Computes the state of the tokens; undefined, and nothing left behind, where it cannot be shared. */
const prefill = async (
  runtime: TransformersRuntime,
  model: CausalModel,
  tokens: readonly number[],
): Promise<Prefix | undefined> => {
  const outputs = await model({
    ...tokenTensors(runtime, tokens),
    num_logits_to_keep: new runtime.Tensor('int64', new BigInt64Array([1n]), []),
  })
  const entries: Record<string, RuntimeTensor> = {}
  const others: Record<string, RuntimeTensor> = {}
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith('present.')) entries[name.replace('present', 'past_key_values')] = tensor
    else others[name] = tensor
  }
  disposeAll(others)
  const tensors = Object.values(entries)
  const isAttentionOnly = tensors.length > 0 && !Object.keys(others).some(name => name.startsWith('present'))
  if (isAttentionOnly && tensors.every(isInMemory)) {
    return { entries, bytes: tensors.reduce((sum, { data }) => sum + data.byteLength, 0) }
  }
  disposeAll(entries)
  return undefined
}

const isInMemory = ({ location }: RuntimeTensor): boolean => location === 'cpu' || location === 'cpu-pinned'

const disposeAll = (tensors: Entries): void => {
  for (const tensor of Object.values(tensors)) tensor.dispose()
}

/** One row of tokens as a model takes it; of those whose state it is given apart only the mask speaks. */
export const tokenTensors = (
  { Tensor }: TransformersRuntime,
  tokens: readonly number[],
  known = 0,
): { readonly input_ids: RuntimeTensor; readonly attention_mask: RuntimeTensor } => {
  const fresh = tokens.slice(known)
  return {
    input_ids: new Tensor('int64', BigInt64Array.from(fresh, BigInt), [1, fresh.length]),
    attention_mask: new Tensor('int64', new BigInt64Array(tokens.length).fill(1n), [1, tokens.length]),
  }
}
