import { type ModelCapabilities, RuntimeError } from '../../src/index.ts'
import type { LocalModel, LocalModelEvent } from '../../src/inference/index.ts'

/** One way to run a model; the next one is tried where it cannot. */
export interface Rung {
  /** As events call it: `webgpu`. */
  readonly name: string
  /** Makes the model; it need not be loaded. */
  open(): Promise<RungModel>
}

export interface RungModel {
  readonly model: LocalModel
  /** Why it can never go on, if that is so: its device was lost. */
  readonly lost?: () => string | undefined
}

export interface LadderModelOptions {
  readonly id: string
  readonly capabilities: ModelCapabilities
  readonly identity: () => Promise<string>
  /** The best first, at least one; asked for at the first call. */
  readonly rungs: () => Promise<readonly Rung[]>
  readonly onEvent: (event: LocalModelEvent) => void
}

/**
 * A model that goes down a ladder: a rung that does not load gives way to the next one, and so does one whose device is
 * lost, which ends the calls under way with its error. Each step down is told.
 *
 * @throws what the last rung throws; RuntimeError `runtime/model-files` at once, for no rung has other files
 */
export const ladderModel = (options: LadderModelOptions): LocalModel => {
  const { id, capabilities, identity, onEvent } = options
  let rungs: readonly Rung[] = []
  let at = 0
  let opened: Promise<RungModel> | undefined

  const nameOf = (index: number): string => rungs[index]?.name ?? 'nothing'

  const down = (reason: string): void => {
    onEvent({ type: 'degraded', from: nameOf(at), to: nameOf(at + 1), reason })
    at += 1
    opened = undefined
  }

  const climb = async (): Promise<RungModel> => {
    if (rungs.length === 0) rungs = await options.rungs()
    for (;;) {
      const rung = rungs[at]
      if (!rung) throw new RuntimeError('runtime/no-backend', `${id} has no backend. Name one: device: 'wasm'.`)
      try {
        const made = await rung.open()
        await made.model.load()
        return made
      } catch (error) {
        if (at + 1 >= rungs.length || !mayGoDown(error)) throw error
        const reason = error instanceof Error ? error.message : String(error)
        onEvent({ type: 'degraded', from: nameOf(at), to: nameOf(at + 1), reason })
        at += 1
      }
    }
  }

  /** The model of the rung in use, loaded; one for all who ask meanwhile. */
  const current = async (): Promise<LocalModel> => {
    for (;;) {
      const mine = opened ?? climb()
      opened = mine
      const made = await mine.catch(error => {
        if (opened === mine) opened = undefined
        throw error
      })
      const lost = made.lost?.()
      if (lost === undefined || at + 1 >= rungs.length) return made.model
      if (opened === mine) down(lost)
    }
  }

  return {
    id,
    capabilities,
    identity,
    async load(signal) {
      const model = await unlessAborted(current(), signal)
      return model.load(signal)
    },
    async close() {
      const made = await opened?.catch(() => undefined)
      opened = undefined
      await made?.model.close()
    },
    async generate(request) {
      const model = await unlessAborted(current(), request.signal)
      return model.generate(request)
    },
    async score(request, answers) {
      const model = await unlessAborted(current(), request.signal)
      if (model.score) return model.score(request, answers)
      throw new RuntimeError('runtime/failed', `${id} scores no answers. Ask it for what it can do.`)
    },
    async *stream(request) {
      const model = await unlessAborted(current(), request.signal)
      yield* model.stream(request)
    },
  }
}

/** Where the files are wrong, or the caller has gone, another backend is no better. */
const mayGoDown = (error: unknown): boolean =>
  error instanceof RuntimeError ? error.code !== 'runtime/model-files' : !(error instanceof DOMException)

/** A load goes on for the next call when its caller leaves. */
const unlessAborted = async <Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> => {
  if (signal === undefined) return work
  work.catch(() => {})
  signal.throwIfAborted()
  let leave = (): void => {}
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
  })
  try {
    return await Promise.race([work, left])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
