import type { Clock } from '../ports/clock.ts'
import { callScope } from './call-scope.ts'

/** The answer, or why the caller gave up as soon as that happens: what is asked may never answer. */
export const untilAborted = async <T>(
  signal: AbortSignal | undefined,
  clock: Clock,
  ask: () => Promise<T>,
): Promise<T> => {
  const scope = callScope({ signal, clock })
  try {
    return await scope.wait(ask())
  } finally {
    scope.close(true)
  }
}
