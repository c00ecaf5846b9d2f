import { redaction } from '../data/redaction.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { ToolError } from '../errors/tool-error.ts'
import { eventSink, type StreamedContext } from './event-sink.ts'
import { self } from './predictor-path.ts'
import { shownResult } from './shown-result.ts'
import type { ToolSet } from './tool-set.ts'
import { toolWording } from './wording.ts'

/** What came of a call that a model asked for. */
export interface Observation {
  /** What the tool gave; where it failed, what the model is told about that. */
  readonly result: unknown
  /** The result as the model is shown it: pictures and sound are named, not written out. */
  readonly shown: unknown
  readonly failed: boolean
}

/**
 * Makes a call that a model asked for. That there is no such tool, that its arguments are wrong, that nobody approved, and
 * that it broke off is told to the model; an abort, a spent budget and what `approve` itself throws end the run.
 */
export const callTool = async (
  tools: ToolSet,
  name: string,
  given: unknown,
  context: StreamedContext,
): Promise<Observation> => {
  const { path = self, [eventSink]: sink } = context
  await sink?.({ type: 'tool-started', path, tool: name, arguments: given })
  const observation = await observe(tools, name, given, { ...context, path })
  const { result, failed } = observation
  await sink?.({ type: 'tool-finished', path, tool: name, result, failed })
  return observation
}

const observe = async (
  tools: ToolSet,
  name: string,
  given: unknown,
  context: StreamedContext,
): Promise<Observation> => {
  try {
    const tool = tools.get(name)
    if (tool === undefined) throw new ToolError('tool/unknown', toolWording.unknown([...tools.keys()]), { tool: name })
    const result = await tool.call(given, context)
    return { result, shown: shownResult(result), failed: false }
  } catch (error) {
    context.signal?.throwIfAborted()
    if (!isToolError(error)) throw error
    const told = toldError(error)
    return { result: told, shown: told, failed: true }
  }
}

/** Causes are told this far. */
const longestCause = 500

const redact = /* @__PURE__ */ redaction([])

/** An error as the model is told it: what happened, and what the tool itself said, without what looks like a key. */
const toldError = ({ code, message, cause }: ToolError): string => {
  if (code === 'tool/refused') return toolWording.refused
  const said = cause instanceof Error ? redact(cause.message).trim().slice(0, longestCause) : ''
  return said === '' ? message : `${message}\n${said}`
}

/** By its code, so that an error of another copy of the package counts too. */
const isToolError = (error: unknown): error is ToolError => KkachiError.is(error) && error.code.startsWith('tool/')
