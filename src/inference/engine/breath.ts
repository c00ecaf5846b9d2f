/**
 * Lets the rest of the program run now and then: a network that computes in this thread gives no timer and no event a turn by
 * itself, so that no deadline would pass and no abort arrive.
 */
export interface Breath {
  /** Waits for a turn of the event loop where none has come for a few calls. */
  take(): Promise<void>
}

const callsBetween = 4

export const breath = (): Breath => {
  let calls = 0
  let turned = true
  let turn: Promise<void> = Promise.resolve()
  return {
    async take() {
      if (turned) {
        turned = false
        calls = 0
        turn = new Promise(resolve => {
          setTimeout(() => {
            turned = true
            resolve()
          }, 0)
        })
      } else if (++calls >= callsBetween) await turn
    },
  }
}
