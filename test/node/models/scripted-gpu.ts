import * as onnxruntime from 'onnxruntime-node'
import type { OnnxRuntime, OnnxValues } from '../../../src/inference/onnx/onnx-runtime.ts'

/** A backend that a test plays: its networks are computed by the CPU. */
export interface PlayedBackend {
  /** What it says when it is started; it starts when absent. */
  readonly refuses?: string
  /** Milliseconds a step takes, by the clock of the test. */
  readonly stepMs?: number
  /** What happens to the logits of a step. */
  readonly spoils?: (logits: Float32Array) => void
  /** Whether it breaks off now. */
  readonly isLost?: () => boolean
}

/** onnxruntime-node as it is, but for the backends that it says to have, and how long they take. */
export const scriptedGpu = (played: Readonly<Record<string, PlayedBackend>>) => {
  const real = onnxruntime as unknown as OnnxRuntime
  const sessions: string[] = []
  let now = 0
  const runtime: OnnxRuntime & { readonly listSupportedBackends: () => unknown } = {
    Tensor: real.Tensor,
    listSupportedBackends: () => Object.keys(played).map(name => ({ name, bundled: true })),
    InferenceSession: {
      async create(graph, options) {
        const device = String(options.executionProviders?.[0])
        sessions.push(device)
        const { refuses, stepMs = 10, spoils, isLost } = played[device] ?? {}
        if (refuses !== undefined) throw new Error(refuses)
        const session = await real.InferenceSession.create(graph, { ...options, executionProviders: ['cpu'] })
        return {
          inputNames: session.inputNames,
          outputNames: session.outputNames,
          async run(feeds, fetches): Promise<OnnxValues> {
            now += stepMs
            if (isLost?.()) throw new Error('the device was removed')
            const values = await (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches))
            if (values.logits?.data instanceof Float32Array) spoils?.(values.logits.data)
            return values
          },
          release: () => session.release(),
        }
      },
    },
  }
  return { runtime: async () => runtime, sessions, clock: { now: () => now } }
}
