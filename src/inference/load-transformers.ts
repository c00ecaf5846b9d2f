import { broughtRuntime } from './brought-runtime.ts'
import { loadFailure } from './runtime-failure.ts'
import type { CausalModel, LoadOptions, Tokenizer, TransformersRuntime } from './transformers-runtime.ts'

export interface LoadedTransformers {
  readonly runtime: TransformersRuntime
  readonly tokenizer: Tokenizer
  readonly model: CausalModel
}

/**
 * Loads the library, the tokenizer and the network of a local model.
 *
 * @throws RuntimeError `runtime/no-backend` when the library cannot be loaded, `runtime/model-files` when files are
 * missing or damaged, `runtime/out-of-memory`
 */
export const loadTransformers = async ({
  id,
  source,
  runtime: bring,
  load = {},
}: {
  readonly id: string
  readonly source: string
  readonly runtime: () => Promise<unknown>
  readonly load?: LoadOptions
}): Promise<LoadedTransformers> => {
  const runtime = await broughtRuntime<TransformersRuntime>(id, bring, [
    'AutoTokenizer',
    'AutoModelForCausalLM',
    'Tensor',
    'DynamicCache',
  ])
  try {
    const tokenizer = await runtime.AutoTokenizer.from_pretrained(source, load)
    const model = await runtime.AutoModelForCausalLM.from_pretrained(source, load)
    return { runtime, tokenizer, model }
  } catch (error) {
    throw loadFailure(id, source, error)
  }
}
