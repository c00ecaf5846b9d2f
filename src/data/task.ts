/**
 * Work that tells what it does while it runs and ends in one result: iterate it for the events, await it for the result.
 *
 * 1. Nothing starts before the first `for await` step or the first `await`.
 * 2. It runs once: iterating and awaiting share the one run; awaiting drives it to the end by itself.
 * 3. A failure rejects the awaited result and ends the iteration with the same error.
 * 4. Leaving the iteration early stops the work; the awaited result is then an AbortError.
 */
export interface Task<Event, Result> extends AsyncIterable<Event>, PromiseLike<Result> {}

/**
 * Makes a task of an async generator.
 *
 * @example
 * const run = task(async function* () { yield 'started'; return 42 })
 * for await (const event of run) show(event)
 * const answer = await run
 */
export const task = <Event, Result>(
  generate: () => AsyncGenerator<Event, Result, undefined>,
): Task<Event, Result> => {
  let resolve: (result: Result) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => {}) // an iterating caller sees the error in the loop; awaiting still rejects
  let generator: AsyncGenerator<Event, Result, undefined> | undefined
  const step = async (): Promise<IteratorResult<Event, undefined>> => {
    generator ??= generate()
    try {
      const next = await generator.next()
      if (!next.done) return next
      resolve(next.value)
      return { done: true, value: undefined }
    } catch (error) {
      reject(error)
      throw error
    }
  }
  let draining: Promise<void> | undefined
  const drain = async (): Promise<void> => {
    while (!(await step()).done);
  }
  return {
    [Symbol.asyncIterator]: () => ({
      next: step,
      return: async () => {
        await generator?.return(undefined as never)
        reject(new DOMException('The task was left before it ended.', 'AbortError'))
        return { done: true, value: undefined }
      },
    }),
    // biome-ignore lint/suspicious/noThenProperty: a task is awaitable by contract
    then: (onfulfilled, onrejected) => {
      draining ??= drain().catch(() => {}) // the promise below carries the failure
      return promise.then(onfulfilled, onrejected)
    },
  }
}
