/**
 * Work that is done once and then shared. A caller that comes while it is under way waits for it; where it fails, by that
 * caller's abort say, who waited begins anew with what he brought.
 */
export const once = <Options, Result>(
  work: (options: Options) => Promise<Result>,
): ((options: Options) => Promise<Result>) => {
  let running: Promise<Result> | undefined
  return async options => {
    while (running !== undefined) {
      const joined = running
      const outcome = await joined.then(
        result => ({ result }),
        () => undefined,
      )
      if (outcome) return outcome.result
      if (running === joined) running = undefined
    }
    running = work(options)
    return running
  }
}
