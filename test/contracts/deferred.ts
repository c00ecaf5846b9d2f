export interface Deferred {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

/** A promise that the test resolves. */
export const deferred = (): Deferred => {
  let resolve = (): void => {}
  const promise = new Promise<void>(resolved => {
    resolve = resolved
  })
  return { promise, resolve }
}
