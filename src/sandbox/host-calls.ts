import type { JsonValue } from '../data/json.ts'
import { isSystemic } from '../errors/is-systemic.ts'
import type { HostFunction } from '../ports/code-interpreter.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { beyondBounds, readJson } from './json-text.ts'

/** The calls of one piece that the host works on. */
export interface HostCalls {
  /** Starts what the guest asks for: number, name and arguments, on lines. */
  start(said: string): void
  readonly isIdle: boolean
  /**
   * The answers that are there, as JSON for the guest, once there is one.
   *
   * @throws the signal's reason, and the failure of a function that has to end the run
   */
  answers(): Promise<readonly string[]>
  /** Nobody waits for what is still under way. */
  end(): void
}

/** Calls functions of the host with what untrusted code gave them, checked, and writes what they give for it. */
export const hostCalls = (
  functions: ReadonlyMap<string, HostFunction>,
  limits: SandboxLimits,
  signal: AbortSignal | undefined,
): HostCalls => {
  let underWay = 0
  let answered: string[] = []
  let failed: { readonly error: unknown } | undefined
  let wake = (): void => {}
  const abort = (): void => {
    failed ??= { error: signal?.reason }
    wake()
  }
  signal?.addEventListener('abort', abort, { once: true })

  const answerTo = async (name: string, json: string): Promise<{ readonly ok: boolean; readonly value: unknown }> => {
    const called = functions.get(name)
    const beyond = beyondBounds(json, { bytes: limits.outputBytes, depth: limits.depth + 1 })
    const given = beyond === undefined ? readJson(json) : undefined
    if (called === undefined || given === undefined || !Array.isArray(given)) {
      return refused(`The arguments of ${name} are ${beyond ?? "no JSON, or have a key like '__proto__'"}.`)
    }
    try {
      return { ok: true, value: await called(...(given as readonly JsonValue[])) }
    } catch (error) {
      if (isSystemic(error)) throw error
      return refused(error instanceof Error ? error.message : String(error))
    }
  }
  const written = (id: number, answer: { readonly ok: boolean; readonly value: unknown }): string => {
    try {
      const json = JSON.stringify({ id, ...answer })
      const beyond = beyondBounds(json, { bytes: limits.inputBytes, depth: limits.depth + 1 })
      return beyond === undefined ? json : JSON.stringify({ id, ...refused(`The answer is ${beyond}.`) })
    } catch {
      return JSON.stringify({ id, ...refused(notJson) })
    }
  }

  return {
    start(said) {
      const [number = '', name = '', ...json] = said.split('\n')
      const id = Number(number)
      underWay += 1
      answerTo(name, json.join('\n'))
        .then(answer => {
          answered.push(written(id, answer))
        })
        .catch((error: unknown) => {
          failed ??= { error }
        })
        .finally(() => {
          underWay -= 1
          wake()
        })
    },
    get isIdle() {
      return underWay === 0 && answered.length === 0 && failed === undefined
    },
    async answers() {
      if (answered.length === 0 && failed === undefined) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      if (failed !== undefined) throw failed.error
      const ready = answered
      answered = []
      return ready
    },
    end: () => signal?.removeEventListener('abort', abort),
  }
}

export const notJson = 'The answer cannot be written as JSON.'

const refused = (problem: string) => ({ ok: false, value: problem })
