import { SandboxError } from '../errors/sandbox-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { HostFunction, InterpreterOutcome, InterpreterSession } from '../ports/code-interpreter.ts'
import type { EngineModule } from './engine-loader.ts'
import { hostCalls } from './host-calls.ts'
import { beyondBounds } from './json-text.ts'
import { readOutput, readPiece } from './read-piece.ts'
import { replSource } from './repl-source.ts'
import { type CheckedSession, type SessionEngine, sessionEngine } from './session-engine.ts'

/**
 * A session with an engine of its own, on this thread.
 *
 * @throws SandboxError `sandbox/*`
 */
export const openSession = (
  module: EngineModule,
  session: CheckedSession,
  functions: ReadonlyMap<string, HostFunction>,
  clock: Clock,
): InterpreterSession => {
  const { limits } = session
  let engine: SessionEngine | undefined = sessionEngine(module, session, clock)
  let before: Promise<unknown> = Promise.resolve()

  /** What an engine throws leaves it in a state that nobody knows. */
  const orOver = <T>(work: (engine: SessionEngine) => T): T => {
    if (engine === undefined) throw isOver()
    try {
      return work(engine)
    } catch (error) {
      engine = undefined
      throw error
    }
  }
  const outcomeOf = (said: string | undefined, wasRead: boolean): InterpreterOutcome => {
    const output = readOutput(
      orOver(engine => engine.output()),
      limits,
    )
    try {
      return { output, ...readPiece(said, wasRead, limits) }
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      // Where a native stack is small it traps in place of the engine's own check: over, then, on every platform.
      if (error.code === 'sandbox/memory' || error.code === 'sandbox/stack') engine = undefined
      const { code, message, thrown } = error
      throw new SandboxError(code, message, thrown === undefined ? { output } : { output, thrown })
    }
  }
  const run = async (code: string, signal: AbortSignal | undefined): Promise<InterpreterOutcome> => {
    signal?.throwIfAborted()
    if (engine === undefined) throw isOver()
    const beyond = beyondBounds(code, { bytes: limits.inputBytes, depth: Number.POSITIVE_INFINITY })
    if (beyond !== undefined) throw new SandboxError('sandbox/input', `The code is ${beyond}. Write less of it.`)
    const calls = hostCalls(functions, limits, signal)
    try {
      const wasRead = orOver(engine => engine.begin(replSource(code)))
      for (;;) {
        const said = orOver(engine => engine.state())
        if (said?.[0] === 'c') calls.start(said.slice(1))
        else if (calls.isIdle) return outcomeOf(said, wasRead)
        else {
          const answers = await calls.answers()
          orOver(engine => engine.answer(answers))
        }
      }
    } catch (error) {
      if (!calls.isIdle) engine = undefined // it waits for what nobody will answer
      throw error
    } finally {
      calls.end()
    }
  }

  return {
    get over() {
      return engine === undefined
    },
    run(code, { signal } = {}) {
      const running = before.then(() => run(code, signal))
      before = running.catch(() => {}) // told to whoever ran it
      return running
    },
    close() {
      engine = undefined
    },
  }
}

export const isOver = (): SandboxError =>
  new SandboxError('sandbox/engine', 'The session is over: it was closed, or stopped for good. Open another.')
