import type { OnnxRuntime, OnnxSession } from '../../src/inference/index.ts'

/** The runtime, whose sessions tell when they break off while they compute; a lack of memory may pass and is not told. */
export const watchedRuntime = (runtime: OnnxRuntime, brokeOff: (error: unknown) => unknown): OnnxRuntime => ({
  Tensor: runtime.Tensor,
  ...(runtime.env !== undefined && { env: runtime.env }),
  InferenceSession: {
    async create(graph, options) {
      const session = await runtime.InferenceSession.create(graph, options)
      const watched: OnnxSession = {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        async run(feeds, fetches) {
          try {
            return await (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches))
          } catch (error) {
            if (!/out of memory|bad_alloc|failed to allocate/i.test(String(error))) await brokeOff(error)
            throw error
          }
        },
        release: () => session.release(),
      }
      return watched
    },
  },
})
