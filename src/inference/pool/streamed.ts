import { noUsage } from '../../data/usage.ts'
import { type CallScope, callScope } from '../../models/call-scope.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ModelEvent } from '../../ports/language-model.ts'
import type { PoolTry } from './pool-call.ts'

/** The events of a call in a pool; tried again while nothing of it was told. The place is held until it ends or is left. */
export const streamed = async function* (
  call: { next(): Promise<PoolTry> },
  clock: Clock,
): AsyncGenerator<ModelEvent, void, undefined> {
  for (;;) {
    const one = await call.next()
    const { signal } = one.request
    let told = false
    let scope: CallScope | undefined
    let events: AsyncIterator<ModelEvent> | undefined
    try {
      scope = callScope({ signal, clock })
      events = one.place.model.stream(one.request)[Symbol.asyncIterator]()
      for (;;) {
        const { done, value } = await scope.wait(events.next())
        if (done) return
        if (!told && one.failed > 0) yield { type: 'usage', usage: { ...noUsage, attempts: one.failed } }
        told = true
        yield value
        scope.check()
      }
    } catch (error) {
      one.failure(error, told)
    } finally {
      scope?.close(true)
      one.leave()
      // Whoever is stuck in a step would never say that it is over.
      events?.return?.().catch(() => {})
    }
  }
}
