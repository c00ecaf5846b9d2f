import { ConfigurationError } from '../../errors/configuration-error.ts'
import { untilAborted } from '../../models/until-aborted.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LanguageModel, ModelRequest, ModelResponse } from '../../ports/language-model.ts'
import { systemClock } from '../../ports/system-clock.ts'
import type { LocalModelEvent } from '../backend-config.ts'
import type { HardwareManager } from '../hardware/hardware-manager.ts'
import type { LoadedModelFacts, LocalModel } from '../local-model.ts'
import { beginningOf } from './beginnings.ts'
import { type PoolDoor, poolCall } from './pool-call.ts'
import { poolLine } from './pool-line.ts'
import { poolStaff } from './pool-staff.ts'
import { streamed } from './streamed.ts'

export interface ModelPoolOptions {
  /** Makes an instance, which loads nothing yet; called once at the start, and for each instance. All are the same model. */
  readonly start: () => LocalModel
  /** Instances at most, 1 or more; 1 when absent. One is loaded first, the next when calls wait and memory allows. */
  readonly instances?: number
  /** Of all instances, as they tell it; bytes, without bound when absent. */
  readonly maxBytes?: number
  /** Calls that wait at most, 1 or more; further ones are refused. 10,000 when absent. */
  readonly maxWaiting?: number
  /** Calls at once in an instance that computes them side by side; 32 when absent. Another takes one at a time. */
  readonly concurrency?: number
  /** Says whether memory is short; another instance is not started then. */
  readonly hardware?: Pick<HardwareManager, 'isMemoryShort'>
  readonly onEvent?: (event: LocalModelEvent) => void
  readonly clock?: Clock
}

export interface ModelPool extends LocalModel {
  /** What happens now. */
  readonly state: PoolState
  /** Loads one instance, that calls then find ready. */
  warmUp(signal?: AbortSignal): Promise<LoadedModelFacts>
  /** Gives all memory back; as close(). */
  unload(): Promise<void>
}

export interface PoolState {
  readonly waiting: number
  readonly running: number
  /** Instances that are loaded, and those on their way. */
  readonly ready: number
  readonly loading: number
  /** Of the loaded ones. */
  readonly bytes: number
}

/**
 * A local model in several instances, that is loaded, warmed up and given back as a whole.
 *
 * 1. A call goes to the instance that has computed the beginning it shares with others (`sharedMessages`), if that has room;
 *    else to the one with least to do. Calls wait by priority, then in order of arrival; nobody is overtaken by an equal.
 * 2. A deadline covers the wait, the load and the answer. An abort ends a call at once, wherever it is.
 * 3. An instance that breaks off (`runtime/failed`, or out of memory) is given back and another takes its place. Its calls
 *    are tried again if nothing of them was told: the one that broke it once, those beside it thrice; these count
 *    in `usage.attempts`.
 * 4. Where the first instance cannot be loaded, whoever waits is told why, and the next call tries again.
 * 5. close() ends the calls, waiting ones too, with an AbortError; the next call loads anew.
 *
 * @throws ConfigurationError `configuration/invalid` for a bound that is not a whole number above 0; from calls ModelError
 *   `model/rate-limit` when too many wait, `model/timeout`; RuntimeError `runtime/failed`; and what the model throws
 * @example
 * const pool = modelPool({ start: () => onnxModel({ id: 'local/mine', files, runtime }), instances: 2, maxBytes: 4 * 2 ** 30 })
 * await pool.warmUp()
 */
export const modelPool = (options: ModelPoolOptions): ModelPool => {
  const { start, instances = 1, maxWaiting = 10_000, concurrency = 32, clock = systemClock } = options
  checkBounds({ instances, maxWaiting, concurrency })
  /** Tells what all are; and is the first. */
  const face = start()
  let unused: LocalModel | undefined = face
  const staff = poolStaff({
    ...{ id: face.id, instances, concurrency, hardware: options.hardware },
    maxBytes: options.maxBytes ?? Number.POSITIVE_INFINITY,
    onEvent: options.onEvent ?? (() => {}),
    start() {
      const model = unused ?? start()
      unused = undefined
      return model
    },
    changed: () => line.advance(),
    nobody: error => line.refuse(error),
  })
  const line = poolLine({ model: face.id, clock, maxWaiting, free: staff.free })

  const doorOf = (asked: ModelRequest): PoolDoor => {
    const beginning = beginningOf(asked)
    return {
      ...{ id: face.id, clock },
      async enter(request, isAgain) {
        request.signal?.throwIfAborted()
        staff.first()
        const entering = line.enter(request, beginning, isAgain)
        staff.consider(line.length)
        return entering
      },
      leave(place) {
        place.leave()
        line.advance()
        staff.relieve()
      },
      broke: staff.replace,
    }
  }

  const answered = async <Answer extends Pick<ModelResponse, 'usage'>>(
    asked: ModelRequest,
    ask: (model: LanguageModel, request: ModelRequest) => Promise<Answer>,
  ): Promise<Answer> => {
    const call = poolCall(asked, doorOf(asked))
    for (;;) {
      const one = await call.next()
      try {
        const answer = await untilAborted(one.request.signal, clock, () => ask(one.place.model, one.request))
        const { usage } = answer
        return one.failed === 0 ? answer : { ...answer, usage: { ...usage, attempts: usage.attempts + one.failed } }
      } catch (error) {
        one.failure(error, false)
      } finally {
        one.leave()
      }
    }
  }

  const load = async (signal?: AbortSignal): Promise<LoadedModelFacts> => {
    signal?.throwIfAborted()
    const { loading } = staff.first()
    return untilAborted(signal, clock, () => loading)
  }

  const close = async (): Promise<void> => {
    const reason = new DOMException(`${face.id} was closed.`, 'AbortError')
    line.refuse(reason)
    await staff.end(reason)
  }

  const { score } = face
  return {
    id: face.id,
    ...(face.capabilities && { capabilities: face.capabilities }),
    identity: () => face.identity(),
    generate: request => answered(request, (model, one) => model.generate(one)),
    stream: request => streamed(poolCall(request, doorOf(request)), clock),
    ...(score && {
      score: (request, answers) =>
        answered(request, (model, one) => model.score?.(one, answers) ?? score.call(face, one, answers)),
    }),
    load,
    close,
    warmUp: load,
    unload: close,
    get state() {
      const ready = staff.all.filter(({ facts }) => facts !== undefined)
      return {
        waiting: line.length,
        running: staff.all.reduce((sum, { inFlight }) => sum + inFlight, 0),
        ready: ready.length,
        loading: staff.all.length - ready.length,
        bytes: ready.reduce((sum, { facts }) => sum + (facts?.bytes ?? 0), 0),
      }
    },
  }
}

const checkBounds = (bounds: Readonly<Record<string, number>>): void => {
  for (const [option, bound] of Object.entries(bounds)) {
    if (Number.isSafeInteger(bound) && bound > 0) continue
    const message = `Expected ${option} to be a whole number above 0, got ${String(bound)}. Write { ${option}: 2 }.`
    throw new ConfigurationError('configuration/invalid', message, { option })
  }
}
