import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { ModelEvent, ModelRequest } from '../../ports/language-model.ts'
import type { LocalModel } from '../local-model.ts'

export interface ModelShelfOptions {
  /** Makes each model, which loads nothing yet; called when it is first asked for. */
  readonly models: Readonly<Record<string, () => LocalModel>>
  /** Of all loaded models, as they tell it: when more is loaded, what was used longest ago and has no calls is closed. */
  readonly maxBytes: number
}

/** Local models by name, as many loaded as memory allows. */
export interface ModelShelf {
  readonly names: readonly string[]
  /** Of what is loaded, as the models tell it; bytes. */
  readonly bytes: number
  /** A model that loads when it is called; always the same one. */
  model(name: string): LocalModel
  /** Closes all of them. */
  unload(): Promise<void>
}

interface Held {
  readonly model: LocalModel
  /** As the model told when it was loaded last; undefined before. */
  bytes: number | undefined
  isLoaded: boolean
  calls: number
  /** Until it is closed; a load that comes meanwhile waits for it. */
  closing: Promise<void>
}

/**
 * Keeps several models within one bound of memory: which are loaded follows from which are called.
 *
 * 1. Room is made before a model is loaded, where its size is known from before, and after it was.
 * 2. A model with calls under way is never closed: the bound is passed until they end.
 *
 * @throws ConfigurationError `configuration/invalid` from model() for a name that is none
 * @example
 * const shelf = modelShelf({ models: { nano: () => localModel('nano'), qwen: () => localModel('qwen') }, maxBytes: 2 ** 30 })
 * const model = shelf.model('nano')
 */
export const modelShelf = ({ models, maxBytes }: ModelShelfOptions): ModelShelf => {
  /** The one used longest ago first. */
  const held = new Map<string, Held>()
  const faces = new Map<string, LocalModel>()

  const loadedBytes = (): number =>
    Array.from(held.values()).reduce((sum, { isLoaded, bytes = 0 }) => sum + (isLoaded ? bytes : 0), 0)

  const makeRoom = async (coming: number): Promise<void> => {
    for (const one of Array.from(held.values())) {
      if (loadedBytes() + coming <= maxBytes) return
      if (!one.isLoaded || one.calls > 0) continue
      await closed(one)
    }
  }

  const closed = (one: Held): Promise<void> => {
    one.isLoaded = false
    const done = one.closing.then(() => one.model.close())
    one.closing = done.catch(() => {}) // told to whoever closed it
    return done
  }

  const heldOf = (name: string): Held => {
    const make = Object.hasOwn(models, name) ? models[name] : undefined
    if (make === undefined) {
      const message = `Expected one of the models ${Object.keys(models).join(', ')}, got ${JSON.stringify(name)}. Write the name of one of them.`
      throw new ConfigurationError('configuration/invalid', message, { option: 'name' })
    }
    const one = held.get(name) ?? {
      model: make(),
      bytes: undefined,
      isLoaded: false,
      calls: 0,
      closing: Promise.resolve(),
    }
    held.delete(name)
    held.set(name, one)
    return one
  }

  const loaded = async (one: Held, signal: AbortSignal | undefined): Promise<void> => {
    if (!one.isLoaded && one.bytes !== undefined) await makeRoom(one.bytes)
    await one.closing
    const { bytes } = await one.model.load(signal)
    Object.assign(one, { bytes, isLoaded: true })
    await makeRoom(0)
  }

  const using = async <T>(name: string, signal: AbortSignal | undefined, work: (model: LocalModel) => Promise<T>) => {
    signal?.throwIfAborted()
    const one = heldOf(name)
    one.calls += 1
    try {
      await loaded(one, signal)
      return await work(one.model)
    } finally {
      one.calls -= 1
      await makeRoom(0)
    }
  }

  const told = async function* (name: string, request: ModelRequest): AsyncGenerator<ModelEvent, void, undefined> {
    request.signal?.throwIfAborted()
    const one = heldOf(name)
    one.calls += 1
    let left = false
    const leave = (): void => {
      if (left) return
      left = true
      one.calls -= 1
    }
    // Of an aborted stream nobody may ever ask for the next event.
    request.signal?.addEventListener('abort', leave, { once: true })
    try {
      await loaded(one, request.signal)
      yield* one.model.stream(request)
    } finally {
      request.signal?.removeEventListener('abort', leave)
      leave()
      await makeRoom(0)
    }
  }

  const face = (name: string): LocalModel => {
    const { model } = heldOf(name)
    const { score } = model
    return {
      id: model.id,
      ...(model.capabilities && { capabilities: model.capabilities }),
      identity: () => model.identity(),
      generate: request => using(name, request.signal, one => one.generate(request)),
      stream: request => told(name, request),
      ...(score && {
        score: (request, answers) => using(name, request.signal, () => score.call(model, request, answers)),
      }),
      load: signal => using(name, signal, one => one.load(signal)),
      async close() {
        await closed(heldOf(name))
      },
    }
  }

  return {
    names: Object.keys(models),
    get bytes() {
      return loadedBytes()
    },
    model(name) {
      const known = faces.get(name) ?? face(name)
      faces.set(name, known)
      return known
    },
    async unload() {
      await Promise.all(Array.from(held.values(), closed))
    },
  }
}
