import type { Clock } from '../../src/ports/clock.ts'
import { systemClock } from '../../src/ports/system-clock.ts'

/** Real time, but that an alarm rings when it is told to: a deadline that no slow machine meets too early. */
export interface ToldClock extends Clock {
  /** Rings all that are set, once what is under way has been sent and read. */
  ring(): void
}

/** Makes one for the calls of a test. */
export const toldClock = (): ToldClock => {
  const alarms = new Set<() => void>()
  return {
    ...systemClock,
    alarm(_, ring) {
      const alarm = (): void => {
        alarms.delete(alarm)
        ring()
      }
      alarms.add(alarm)
      return () => void alarms.delete(alarm)
    },
    ring() {
      setTimeout(() => {
        for (const alarm of [...alarms]) alarm()
      }, 50)
    },
  }
}
