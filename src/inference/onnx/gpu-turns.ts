import type { OnnxRuntime } from './onnx-runtime.ts'
import { type OnDevice, sharesGpu } from './onnx-session.ts'

/** When the last of those who wait is done, for each library. */
const ends = new WeakMap<object, Promise<void>>()

/** Does work with a session when others leave room for it. */
export type Turn = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Turns where sessions share a GPU, and none to wait for elsewhere. */
export const turnsOf = (options: OnDevice): Turn => {
  const { runtime } = options
  return sharesGpu(options) ? work => inTurn(runtime, work) : work => work()
}

/**
 * Waits until no other session of one onnxruntime-web uses its GPU, and then works.
 *
 * All its sessions share one WebAssembly, which is halted whenever one waits for the GPU. What another calls meanwhile breaks
 * both: two networks that step at once end in `Failed to download data from buffer` (1.30.0).
 */
const inTurn = <Result>(
  { InferenceSession }: Pick<OnnxRuntime, 'InferenceSession'>,
  work: () => Promise<Result>,
): Promise<Result> => {
  const turn = (ends.get(InferenceSession) ?? Promise.resolve()).then(work)
  const done = (): void => {}
  ends.set(InferenceSession, turn.then(done, done))
  return turn
}
