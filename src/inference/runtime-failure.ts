import { KkachiError } from '../errors/kkachi-error.ts'
import { RuntimeError } from '../errors/runtime-error.ts'

/** What an error of the library means while it loads. */
export const loadFailure = (id: string, source: string, error: unknown): RuntimeError => {
  const reason = firstLine(error)
  if (isOutOfMemory(reason)) {
    return new RuntimeError(
      'runtime/out-of-memory',
      `${id} does not fit in memory: ${reason}. Load it with a smaller dtype, like q4, or use a smaller model.`,
      { cause: error },
    )
  }
  if (/no available backend|backend.*not|webgpu.*(support|adapter)|ExecutionProvider_\w+: /i.test(reason)) {
    return new RuntimeError(
      'runtime/no-backend',
      `${id} could not be started on this machine: ${reason}. Load it with another device, like wasm.`,
      { cause: error, tried: [{ name: 'onnxruntime', reason }] },
    )
  }
  return new RuntimeError(
    'runtime/model-files',
    `The files of ${id} at ${source} could not be loaded: ${reason}. Expected config.json, tokenizer.json and onnx/model.onnx in the layout of transformers.js.`,
    { cause: error },
  )
}

/** What an error means while an answer is computed: errors of ours and a caller's abort stay what they are. */
export const runFailure = (id: string, signal: AbortSignal, error: unknown): unknown => {
  if (KkachiError.is(error) || (signal.aborted && error === signal.reason) || isAbort(error)) return error
  const reason = firstLine(error)
  return isOutOfMemory(reason)
    ? new RuntimeError(
        'runtime/out-of-memory',
        `${id} ran out of memory while it answered: ${reason}. Shorten the prompt, lower maxTokens, or load it with a smaller dtype, like q4.`,
        { cause: error },
      )
    : new RuntimeError(
        'runtime/failed',
        `${id} broke off while it answered: ${reason}. Try again, or load it with another device, like wasm.`,
        { cause: error },
      )
}

/** A model that is closed aborts its calls. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''

const isOutOfMemory = (reason: string): boolean =>
  /out of memory|bad_alloc|allocat|RangeError: Array buffer/i.test(reason)
