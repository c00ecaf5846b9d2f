import type { CausalModel, RuntimeTensor, TransformersRuntime } from './transformers-runtime.ts'

/** What attention remembers of the tokens that several prompts begin with. */
export interface Prefix {
  readonly tokens: readonly number[]
  /** A cache of its own for one generation; the tensors behind it are shared and never written to. */
  cache(): object
}

/** Keeps the attention state of the last few shared beginnings, so that each is computed once. */
export interface PrefixCache {
  /** The state of these tokens, computed now if it is not known. */
  of(tokens: readonly number[]): Promise<Prefix>
}

/** A cache of `size` prefixes, the longest unused one leaving first. */
export const prefixCache = (runtime: TransformersRuntime, model: CausalModel, size = 4): PrefixCache => {
  const known = new Map<string, Prefix>()
  return {
    async of(tokens) {
      const key = tokens.join()
      const before = known.get(key)
      if (before !== undefined) {
        known.delete(key)
        known.set(key, before)
        return before
      }
      const prefix = await prefill(runtime, model, tokens)
      known.set(key, prefix)
      for (const oldest of known.keys()) {
        if (known.size <= size) break
        known.delete(oldest)
      }
      return prefix
    },
  }
}

const prefill = async (
  runtime: TransformersRuntime,
  model: CausalModel,
  tokens: readonly number[],
): Promise<Prefix> => {
  const outputs = await model({
    ...tokenTensors(runtime, tokens),
    num_logits_to_keep: new runtime.Tensor('int64', new BigInt64Array([1n]), []),
  })
  const entries: Record<string, RuntimeTensor> = {}
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith('present.')) entries[name.replace('present', 'past_key_values')] = tensor
  }
  return { tokens, cache: () => new runtime.DynamicCache(entries) }
}

/** One row of tokens as a model takes it. */
export const tokenTensors = (
  { Tensor }: TransformersRuntime,
  tokens: readonly number[],
): { readonly input_ids: RuntimeTensor; readonly attention_mask: RuntimeTensor } => {
  const dims = [1, tokens.length]
  return {
    input_ids: new Tensor('int64', BigInt64Array.from(tokens, BigInt), dims),
    attention_mask: new Tensor('int64', new BigInt64Array(tokens.length).fill(1n), dims),
  }
}
