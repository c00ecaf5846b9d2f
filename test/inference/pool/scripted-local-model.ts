import { noUsage } from '../../../src/data/usage.ts'
import { RuntimeError } from '../../../src/errors/runtime-error.ts'
import type { LoadedModelFacts, LocalModel } from '../../../src/inference/local-model.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { ModelRequest } from '../../../src/ports/language-model.ts'

export interface ScriptedLocalOptions {
  readonly clock: Clock
  readonly facts?: Partial<LoadedModelFacts>
  /** Milliseconds to load, and to answer. */
  readonly loadMs?: number
  readonly answerMs?: (request: ModelRequest) => number
  /** Fails the load, by throwing. */
  readonly load?: (instance: number) => void
  /** Fails an answer, by throwing. */
  readonly answer?: (request: ModelRequest, instance: number) => void
}

/** Instances of one model, whose every call and load is written down. */
export interface ScriptedLocals {
  readonly start: () => LocalModel
  /** What was asked, in the order in which it began: the user's text and the number of the instance. */
  readonly begun: { readonly text: string; readonly instance: number }[]
  /** Calls, loads and closes of all instances that have not ended. */
  readonly open: ReadonlySet<string>
  /** Numbers of those that are loaded now. */
  readonly loaded: ReadonlySet<number>
  /** The device is gone: every call in an instance fails. */
  crash(instance: number): void
}

const textOf = ({ messages }: ModelRequest): string => String(messages.at(-1)?.content)

export const scriptedLocals = (options: ScriptedLocalOptions): ScriptedLocals => {
  const { clock, loadMs = 10, answerMs = () => 100 } = options
  const begun: { text: string; instance: number }[] = []
  const open = new Set<string>()
  const loaded = new Set<number>()
  const devices: AbortController[] = []
  let started = 0

  const start = (): LocalModel => {
    const instance = started
    started += 1
    let device = new AbortController()
    let closed = new AbortController()
    devices[instance] = device
    const facts: LoadedModelFacts = {
      ...{
        backend: { kind: 'cpu', threads: 1, weights: 'fp32', reasons: [] },
        bytes: 100,
        window: 1000,
        batches: false,
      },
      ...options.facts,
    }

    const during = async <T>(name: string, signal: AbortSignal | undefined, work: (all: AbortSignal) => Promise<T>) => {
      const key = `${name} ${instance}`
      open.add(key)
      try {
        const signals = [device.signal, closed.signal, ...(signal ? [signal] : [])]
        return await work(AbortSignal.any(signals))
      } finally {
        open.delete(key)
      }
    }

    const answered = (request: ModelRequest): Promise<string> =>
      during(textOf(request), request.signal, async signal => {
        begun.push({ text: textOf(request), instance })
        options.answer?.(request, instance)
        await clock.sleep(answerMs(request), signal)
        return `answer to ${textOf(request)}`
      })

    const usage = { ...noUsage, calls: 1, attempts: 1, inputTokens: 3, outputTokens: 2 }
    return {
      id: 'local/scripted',
      identity: async () => 'f'.repeat(64),
      load: signal =>
        during('load', signal, async all => {
          if (!loaded.has(instance)) await clock.sleep(loadMs, all)
          options.load?.(instance)
          loaded.add(instance)
          return facts
        }),
      async close() {
        closed.abort(new DOMException('closed', 'AbortError'))
        loaded.delete(instance)
        closed = new AbortController()
        device = new AbortController()
        devices[instance] = device
      },
      async generate(request) {
        return { completions: [{ text: await answered(request), finishReason: 'stop' }], usage }
      },
      async *stream(request) {
        yield { type: 'text', index: 0, delta: '' }
        const text = await answered(request)
        yield { type: 'text', index: 0, delta: text }
        yield { type: 'usage', usage }
        yield { type: 'finish', index: 0, reason: 'stop' }
      },
    }
  }

  return {
    ...{ start, begun, open, loaded },
    crash: instance => devices[instance]?.abort(new RuntimeError('runtime/failed', 'The device was lost.')),
  }
}
