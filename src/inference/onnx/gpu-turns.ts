import { type KeyTurns, keyTurns } from '../../storage/key-turns.ts'
import { type OnDevice, sharesGpu } from './onnx-session.ts'

/** Does work with a session when others leave room for it. */
export type Turn = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Those of each library. */
const turns = new WeakMap<object, KeyTurns>()

/**
 * Turns where sessions share the GPU of one onnxruntime-web, and none to wait for elsewhere.
 *
 * All its sessions share one WebAssembly, which is halted whenever one waits for the GPU. What another calls meanwhile breaks
 * both: two networks that step at once end in `Failed to download data from buffer` (1.30.0).
 */
export const turnsOf = (options: OnDevice): Turn => {
  if (!sharesGpu(options)) return work => work()
  const library = options.runtime.InferenceSession
  const inTurn = turns.get(library) ?? keyTurns()
  turns.set(library, inTurn)
  return work => inTurn('gpu', work)
}
