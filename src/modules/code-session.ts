import { ConfigurationError } from '../errors/configuration-error.ts'
import { isSystemic } from '../errors/is-systemic.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { SandboxError } from '../errors/sandbox-error.ts'
import type { CodeInterpreter, InterpreterOutcome, InterpreterSession } from '../ports/code-interpreter.ts'
import { systemClock } from '../ports/system-clock.ts'
import { codeFailure } from './code-failure.ts'
import { eventSink, type StreamedContext } from './event-sink.ts'
import { self } from './predictor-path.ts'

/** One piece of code that a model wrote, and what the model is told came of it. */
export interface CodeStep {
  readonly code: string
  readonly output: string
  readonly failed: boolean
}

/** What came of a piece: its outcome, or what the model is told about its failure. */
export type CodeResult =
  | { readonly outcome: InterpreterOutcome; readonly problem?: undefined; readonly error?: undefined }
  | { readonly outcome?: undefined; readonly problem: string; readonly error: SandboxError }

/** What code may call: with the context of the run that the call belongs to, and what the code gave. */
export type CodeFunction = (context: StreamedContext, ...given: readonly unknown[]) => Promise<unknown>

export interface CodeSession {
  run(code: string): Promise<CodeResult>
  /** The next piece finds nothing of the earlier ones. */
  reset(): void
}

interface World {
  /** The interpreter a module was made with; it goes before the context's. */
  readonly interpreter: CodeInterpreter | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly functions: Readonly<Record<string, CodeFunction>>
}

/**
 * A session for the code of one run, and another where that is over; each piece in a span, and told as the tool `code`.
 *
 * What goes wrong in the code is told; what no other code would mend ends the run: an abort, a spent budget, an engine that
 * does not load. Whatever a function throws that is no failure with a code of our own ends it as well.
 *
 * @throws ConfigurationError `configuration/missing` without an interpreter
 */
export const withCodeSession = async <Result>(
  context: StreamedContext,
  { interpreter = context.interpreter, variables, functions }: World,
  work: (session: CodeSession) => Promise<Result>,
): Promise<Result> => {
  if (interpreter === undefined) throw noInterpreter()
  const { path = self, [eventSink]: sink, clock = systemClock } = context
  /** The piece that runs: what the functions that it calls belong to. */
  let piece: { readonly context: StreamedContext; readonly stop: AbortController } | undefined
  let session: InterpreterSession | undefined
  let pieces = 0

  const guarded =
    (called: CodeFunction) =>
    async (...given: readonly unknown[]): Promise<unknown> => {
      const own = piece
      try {
        return await called(own?.context ?? context, ...given)
      } catch (error) {
        if (!KkachiError.is(error) || isSystemic(error)) own?.stop.abort(error)
        throw error
      }
    }
  const opened = (): Promise<InterpreterSession> =>
    interpreter.open({
      variables: Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, value instanceof Set ? [...value] : value]),
      ),
      functions: Object.fromEntries(Object.entries(functions).map(([name, called]) => [name, guarded(called)])),
      now: Math.floor(clock.now()),
    })

  const run = async (code: string): Promise<CodeResult> => {
    context.signal?.throwIfAborted()
    if (session === undefined || session.over) {
      session = await opened()
      pieces = 0
    }
    pieces += 1
    await sink?.({ type: 'tool-started', path, tool: 'code', arguments: { code } })
    const span = context.tracer?.start({ kind: 'tool', name: 'code', input: { code } })
    const stop = new AbortController()
    const signal = context.signal === undefined ? stop.signal : AbortSignal.any([context.signal, stop.signal])
    piece = { context: { ...context, signal, ...(span === undefined ? {} : { tracer: span.tracer }) }, stop }
    let result: CodeResult
    try {
      result = { outcome: await session.run(code, { signal }) }
      span?.end({ output: result.outcome })
    } catch (error) {
      span?.end({ error })
      stop.abort(error) // nobody waits any more for what it had called
      context.signal?.throwIfAborted()
      if (!isOfCode(error)) throw error
      result = { problem: codeFailure(error, session.over && pieces > 1), error }
    }
    const failed = result.outcome === undefined
    await sink?.({ type: 'tool-finished', path, tool: 'code', result: result.outcome ?? result.problem, failed })
    return result
  }

  const reset = (): void => {
    session?.close()
    session = undefined
  }
  try {
    return await work({ run, reset })
  } finally {
    reset()
  }
}

/** Whether an error is the code's own; by its code, so that an error of another copy of the package counts too. */
const isOfCode = (error: unknown): error is SandboxError =>
  KkachiError.is(error) && error.code.startsWith('sandbox/') && error.code !== 'sandbox/engine'

const noInterpreter = (): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    'Code that a model writes needs a sandbox to run in. Give the context, or the module, an interpreter: ' +
      'quickjsInterpreter({ engine }) of kkachi/sandbox, with quickjsEngine of kkachi/node for engine.',
    { option: 'interpreter' },
  )
