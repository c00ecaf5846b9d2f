import { RuntimeError } from '../../errors/runtime-error.ts'
import type { LocalModelEvent } from '../backend-config.ts'
import type { HardwareManager } from '../hardware/hardware-manager.ts'
import type { LocalModel } from '../local-model.ts'
import { firstLine } from '../runtime-failure.ts'
import { type PoolInstance, poolInstance } from './pool-instance.ts'

export interface PoolStaffOptions {
  readonly id: string
  readonly start: () => LocalModel
  /** At most. */
  readonly instances: number
  readonly maxBytes: number
  /** Calls at once in an instance that computes them side by side. */
  readonly concurrency: number
  readonly hardware: Pick<HardwareManager, 'isMemoryShort'> | undefined
  readonly onEvent: (event: LocalModelEvent) => void
  /** Hears that a call may find a place now. */
  readonly changed: () => void
  /** Hears that there is nobody, and why. */
  readonly nobody: (error: unknown) => void
}

/** The instances of a pool. */
export interface PoolStaff {
  readonly all: readonly PoolInstance[]
  /** Who takes a call with such a beginning now: whoever has computed it, else whoever has least to do. */
  free(beginning: number): PoolInstance | undefined
  /** The first one, started when there is none. */
  first(): PoolInstance
  /** So many calls wait: another instance is started where that helps and memory allows. */
  consider(waiting: number): void
  /** A call ended: where memory is short, an instance without calls is given back, but for the last one. */
  relieve(): void
  replace(instance: PoolInstance, error: unknown): void
  end(reason: unknown): Promise<void>
}

/** Starts instances and lets them go. */
export const poolStaff = (options: PoolStaffOptions): PoolStaff => {
  const { id, start, maxBytes, concurrency, hardware, onEvent, changed, nobody } = options
  const all: PoolInstance[] = []
  let most = options.instances
  let considering = false

  const capacity = ({ facts }: PoolInstance): number => (facts === undefined ? 0 : facts.batches ? concurrency : 1)

  const remove = (instance: PoolInstance): void => {
    const at = all.indexOf(instance)
    if (at >= 0) all.splice(at, 1)
  }

  const fewer = (reason: string): void => {
    const left = Math.max(1, all.length)
    if (left < most) onEvent({ type: 'degraded', from: countText(most), to: countText(left), reason })
    most = left
  }

  const begin = (): PoolInstance => {
    const instance = poolInstance(start())
    all.push(instance)
    instance.loading.then(changed, error => {
      if (!all.includes(instance)) return // it was given back meanwhile
      remove(instance)
      if (all.length === 0) nobody(error)
      else fewer(`another could not be loaded: ${firstLine(error)}`)
    })
    return instance
  }

  const fits = (): boolean => {
    const bytes = all.reduce((sum, { facts }) => sum + (facts?.bytes ?? 0), 0)
    return bytes * (1 + 1 / all.length) <= maxBytes
  }

  const grow = async (): Promise<void> => {
    considering = true
    try {
      const isShort = (await hardware?.isMemoryShort()) ?? false
      if (!isShort && all.length > 0 && all.length < most) begin()
    } catch (error) {
      fewer(`the memory could not be looked at: ${firstLine(error)}`)
    } finally {
      considering = false
    }
  }

  const shrink = async ({ isMemoryShort }: Pick<HardwareManager, 'isMemoryShort'>): Promise<void> => {
    considering = true
    try {
      const idle = (await isMemoryShort()) ? all.findLast(({ inFlight, facts }) => inFlight === 0 && facts) : undefined
      if (idle === undefined || all.length < 2) return
      onEvent({
        ...{ type: 'degraded', from: countText(all.length), to: countText(all.length - 1) },
        reason: 'memory is short',
      })
      remove(idle)
      await idle.end(new DOMException(`An instance of ${id} was given back.`, 'AbortError'))
    } catch (error) {
      fewer(`an instance could not be given back: ${firstLine(error)}`)
    } finally {
      considering = false
    }
  }

  return {
    all,
    free(beginning) {
      const ready = all.filter(one => one.inFlight < capacity(one))
      return ready.find(one => one.knows(beginning)) ?? least(ready)
    },
    first: () => all[0] ?? begin(),
    consider(waiting) {
      if (considering || all.length === 0 || all.length >= most || all.some(({ facts }) => facts === undefined)) return
      const room = Math.max(...all.map(capacity))
      if (waiting >= room && fits()) void grow()
    },
    relieve() {
      if (hardware !== undefined && !considering && all.length > 1) void shrink(hardware)
    },
    replace(instance, error) {
      if (!all.includes(instance)) return
      remove(instance)
      const what = `An instance of ${id} broke off, and with it the calls in it: ${firstLine(error)}`
      const isMemory = error instanceof RuntimeError && error.code === 'runtime/out-of-memory'
      const remedy = 'Those it had told nothing were tried again. Try again, or load it with another backend.'
      const reason = new RuntimeError('runtime/failed', `${what} ${remedy}`, { cause: error })
      instance.end(reason).catch(() => {}) // it is broken: what it says when it is given back changes nothing
      if (isMemory && all.length > 0) fewer('it ran out of memory')
      else begin()
      changed()
    },
    async end(reason) {
      most = options.instances
      await Promise.all(all.splice(0).map(instance => instance.end(reason)))
    },
  }
}

const least = (ready: readonly PoolInstance[]): PoolInstance | undefined =>
  ready.reduce<PoolInstance | undefined>(
    (best, one) => (best === undefined || one.inFlight < best.inFlight ? one : best),
    undefined,
  )

const countText = (count: number): string => (count === 1 ? 'one instance' : `${count} instances`)
