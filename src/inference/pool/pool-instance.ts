import type { LoadedModelFacts, LocalModel } from '../local-model.ts'

/** A model of a pool, from its start until it is gone. */
export interface PoolInstance {
  readonly model: LocalModel
  /** Undefined until it is loaded. */
  readonly facts: LoadedModelFacts | undefined
  /** Calls in it. */
  readonly inFlight: number
  /** Aborts when it broke or was closed: its calls end, whatever the model does. */
  readonly gone: AbortSignal
  /** Settles as its load does. */
  readonly loading: Promise<LoadedModelFacts>
  /** Whether it may have computed a beginning. */
  knows(beginning: number): boolean
  enter(beginning: number): void
  leave(): void
  /** Ends its calls and gives its memory back; once, whoever asks. */
  end(reason: unknown): Promise<void>
}

/** How many beginnings an instance is taken to remember; which it does, it alone knows. */
const remembered = 32

/** Starts to load a model. */
export const poolInstance = (model: LocalModel): PoolInstance => {
  const controller = new AbortController()
  const beginnings = new Set<number>()
  let facts: LoadedModelFacts | undefined
  let inFlight = 0
  let ending: Promise<void> | undefined
  const load = async (): Promise<LoadedModelFacts> => {
    facts = await model.load(controller.signal)
    return facts
  }
  return {
    model,
    gone: controller.signal,
    loading: load(),
    get facts() {
      return facts
    },
    get inFlight() {
      return inFlight
    },
    knows: beginning => beginnings.has(beginning),
    enter(beginning) {
      inFlight += 1
      beginnings.delete(beginning)
      beginnings.add(beginning)
      for (const oldest of beginnings) {
        if (beginnings.size <= remembered) break
        beginnings.delete(oldest)
      }
    },
    leave() {
      inFlight -= 1
    },
    end(reason) {
      ending ??= (async () => {
        controller.abort(reason)
        await model.close()
      })()
      return ending
    },
  }
}
