/**
 * Work that tells what it does while it runs and ends in one result: iterate it for the events, await it for the result.
 *
 * 1. Nothing starts before the first `for await` step or the first `await`.
 * 2. It runs once: iterating and awaiting share the one run; awaiting drives it to the end by itself.
 * 3. Every iteration sees every event from its beginning on, also while somebody else awaits or iterates.
 * 4. A failure rejects the awaited result and ends each iteration with the same error.
 * 5. Leaving an iteration early stops the work; the awaited result is then an AbortError.
 */
export interface Task<Event, Result> extends AsyncIterable<Event>, PromiseLike<Result> {}

/**
 * Makes a task of an async generator. The generator's signal aborts when the task is left before its end.
 *
 * @example
 * const run = task(async function* () { yield 'started'; return 42 })
 * for await (const event of run) show(event)
 * const answer = await run
 */
export const task = <Event, Result>(
  generate: (signal: AbortSignal) => AsyncGenerator<Event, Result, undefined>,
): Task<Event, Result> => {
  const { promise, resolve, reject } = settleable<Result>()
  const controller = new AbortController()
  const inboxes = new Set<Event[]>()
  let generator: AsyncGenerator<Event, Result, undefined> | undefined
  let ended = false
  let failure: { readonly error: unknown } | undefined
  let stepping: Promise<void> | undefined

  const fail = (error: unknown): void => {
    if (ended) return
    ended = true
    failure = { error }
    reject(error)
  }

  const advance = async (): Promise<void> => {
    generator ??= generate(controller.signal)
    try {
      const next = await generator.next()
      if (!next.done) {
        for (const inbox of inboxes) inbox.push(next.value)
      } else if (!ended) {
        ended = true
        resolve(next.value)
      }
    } catch (error) {
      fail(error)
    }
  }

  /** One step of the work, shared by everybody who waits for it. */
  const step = (): Promise<void> => {
    stepping ??= advance().finally(() => {
      stepping = undefined
    })
    return stepping
  }

  const stop = async (): Promise<void> => {
    if (ended) return
    const error = new DOMException('The task was left before it ended.', 'AbortError')
    fail(error)
    controller.abort(error)
    await stepping
    await generator?.return(undefined as never)
  }

  const drain = async (): Promise<void> => {
    while (!ended) await step()
  }

  return {
    [Symbol.asyncIterator]: () => {
      const inbox: Event[] = []
      inboxes.add(inbox)
      return {
        async next() {
          while (inbox.length === 0 && !ended) await step()
          if (inbox.length > 0) return { done: false, value: inbox.shift() as Event }
          inboxes.delete(inbox)
          if (failure) throw failure.error
          return { done: true, value: undefined }
        },
        async return() {
          inboxes.delete(inbox)
          await stop()
          return { done: true, value: undefined }
        },
      }
    },
    // biome-ignore lint/suspicious/noThenProperty: a task is awaitable by contract
    then: (onfulfilled, onrejected) => {
      void drain()
      return promise.then(onfulfilled, onrejected)
    },
  }
}

const settleable = <Result>() => {
  let resolve: (result: Result) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => {}) // an iterating caller sees the error in the loop; awaiting still rejects
  return { promise, resolve, reject }
}
