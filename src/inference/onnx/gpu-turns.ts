import type { OnnxRuntime } from './onnx-runtime.ts'

/** When the last of those who wait is done, for each library. */
const ends = new WeakMap<object, Promise<void>>()

/**
 * Waits until no other session of one onnxruntime-web uses its GPU, and then works.
 *
 * All its sessions share one WebAssembly, which is halted whenever one waits for the GPU. What another calls meanwhile breaks
 * both: two networks that step at once end in `Failed to download data from buffer` (1.30.0).
 */
export const inTurn = <Result>(
  { InferenceSession }: Pick<OnnxRuntime, 'InferenceSession'>,
  work: () => Promise<Result>,
): Promise<Result> => {
  const turn = (ends.get(InferenceSession) ?? Promise.resolve()).then(work)
  const done = (): void => {}
  ends.set(InferenceSession, turn.then(done, done))
  return turn
}
