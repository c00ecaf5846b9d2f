/** What several writers tell one reader, in the order in which it was told. */
export interface EventLine<Event> {
  readonly tell: (event: Event) => void
  /** Everything told, until the work is done; throws what the work throws. */
  while(work: Promise<unknown>): AsyncGenerator<Event, void, undefined>
}

/** A line from writers that do not wait to a reader that does. */
export const eventLine = <Event>(): EventLine<Event> => {
  let told: Event[] = []
  let wake = (): void => {}
  let ended = false
  return {
    tell(event) {
      told.push(event)
      wake()
    },
    async *while(work) {
      const done = work.finally(() => {
        ended = true
        wake()
      })
      done.catch(() => {}) // thrown below, where the reader is
      for (;;) {
        const events = told
        told = []
        yield* events
        if (told.length > 0) continue
        if (ended) break
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      await done
    },
  }
}
