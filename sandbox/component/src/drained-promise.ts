/** What waits for its turn. */
const jobs: (() => void)[] = []

/** Runs everything that waits, and what that leaves behind. */
export const drain = (): void => {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) job()
}

type State<T> =
  | { readonly type: 'pending' }
  | { readonly type: 'fulfilled'; readonly value: T }
  | { readonly type: 'rejected'; readonly reason: unknown }

/**
 * A promise whose turns are taken by `drain()`, not by the engine.
 *
 * The component's functions are synchronous, and its engine takes no turns while one runs: a native promise would never
 * settle. The build therefore lowers `async` to generators, which ask for the `Promise` of the global scope, and this
 * stands there. It follows the order of ECMAScript's own but for the number of turns that a promise inside a promise
 * takes.
 */
export class DrainedPromise<T> implements PromiseLike<T> {
  #state: State<T> = { type: 'pending' }
  #waiting: (() => void)[] = []

  constructor(start: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason?: unknown) => void) => void) {
    let called = false
    const once =
      <Value>(then: (value: Value) => void) =>
      (value: Value): void => {
        if (!called) then(value)
        called = true
      }
    const reject = (reason?: unknown): void => this.#settle({ type: 'rejected', reason })
    try {
      start(
        once(value => this.#resolve(value)),
        once(reject),
      )
    } catch (error) {
      once(reject)(error)
    }
  }

  #resolve(value: T | PromiseLike<T>): void {
    if (!isThenable(value)) {
      this.#settle({ type: 'fulfilled', value })
      return
    }
    let called = false
    const once =
      <Value>(then: (value: Value) => void) =>
      (value: Value): void => {
        if (called) return
        called = true
        then(value)
      }
    const reject = once((reason: unknown) => this.#settle({ type: 'rejected', reason }))
    jobs.push(() => {
      try {
        value.then(
          once(inner => this.#resolve(inner)),
          reject,
        )
      } catch (error) {
        reject(error)
      }
    })
  }

  #settle(state: State<T>): void {
    this.#state = state
    jobs.push(...this.#waiting)
    this.#waiting = []
  }

  // biome-ignore lint/suspicious/noThenProperty: this is a promise.
  then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): DrainedPromise<A | B> {
    return new DrainedPromise<A | B>((resolve, reject) => {
      const job = (): void => {
        const state = this.#state
        try {
          if (state.type === 'fulfilled') resolve(fulfilled ? fulfilled(state.value) : (state.value as never))
          else if (state.type === 'rejected' && rejected) resolve(rejected(state.reason))
          else if (state.type === 'rejected') reject(state.reason)
        } catch (error) {
          reject(error)
        }
      }
      if (this.#state.type === 'pending') this.#waiting.push(job)
      else jobs.push(job)
    })
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): DrainedPromise<T | B> {
    return this.then(undefined, rejected)
  }

  finally(after?: (() => void) | null): DrainedPromise<T> {
    return this.then(
      value => DrainedPromise.resolve(after?.()).then(() => value),
      reason =>
        DrainedPromise.resolve(after?.()).then((): never => {
          throw reason
        }),
    )
  }

  static resolve<T>(value: T | PromiseLike<T>): DrainedPromise<T> {
    return value instanceof DrainedPromise ? value : new DrainedPromise(resolve => resolve(value))
  }

  static reject<T = never>(reason?: unknown): DrainedPromise<T> {
    return new DrainedPromise((_resolve, reject) => reject(reason))
  }

  static all<T>(values: Iterable<T | PromiseLike<T>>): DrainedPromise<T[]> {
    return new DrainedPromise((resolve, reject) => {
      const all = [...values]
      const found: T[] = []
      let left = all.length
      if (left === 0) resolve(found)
      all.forEach((value, index) => {
        DrainedPromise.resolve(value).then(settled => {
          found[index] = settled
          left -= 1
          if (left === 0) resolve(found)
        }, reject)
      })
    })
  }

  static race<T>(values: Iterable<T | PromiseLike<T>>): DrainedPromise<T> {
    return new DrainedPromise((resolve, reject) => {
      for (const value of values) DrainedPromise.resolve(value).then(resolve, reject)
    })
  }
}

const isThenable = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  'then' in value &&
  typeof value.then === 'function'
