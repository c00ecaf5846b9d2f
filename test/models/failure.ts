/** The error that some work ends with; it has to end with one. */
// What is read of it is told by each test, so its fields are open.
export const failure = (work: Promise<unknown>): Promise<Record<string, unknown> & Error> =>
  work.then(
    () => Promise.reject(new Error('It succeeded.')),
    error => error,
  )
