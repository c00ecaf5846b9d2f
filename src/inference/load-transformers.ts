import { RuntimeError } from '../errors/runtime-error.ts'
import { firstLine, loadFailure } from './runtime-failure.ts'
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
  const runtime = await bring().then(asRuntime, error => {
    throw new RuntimeError(
      'runtime/no-backend',
      `${id} needs @huggingface/transformers, which could not be loaded. Run: npm install @huggingface/transformers`,
      { cause: error, tried: [{ name: '@huggingface/transformers', reason: firstLine(error) }] },
    )
  })
  try {
    const tokenizer = await runtime.AutoTokenizer.from_pretrained(source, load)
    const model = await runtime.AutoModelForCausalLM.from_pretrained(source, load)
    return { runtime, tokenizer, model }
  } catch (error) {
    throw loadFailure(id, source, error)
  }
}

/** The one place where the injected library is taken at its word. */
const asRuntime = (library: unknown): TransformersRuntime => {
  const expected = ['AutoTokenizer', 'AutoModelForCausalLM', 'Tensor', 'DynamicCache']
  const missing =
    typeof library === 'object' && library !== null ? expected.filter(name => !(name in library)) : expected
  if (missing.length === 0) return library as TransformersRuntime
  throw new TypeError(`it lacks ${missing.join(', ')}; version 4.3 or newer has them`)
}
