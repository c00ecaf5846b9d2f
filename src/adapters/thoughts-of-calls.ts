import type { SignedThought } from '../ports/message.ts'

// Beside the calls, not in them: a history stays rows of plain fields, which programs save, show and send about, and what a
// model or a stranger writes as a history can pretend no thought.
const known = new WeakMap<object, readonly SignedThought[]>()

/**
 * Keeps the signed thoughts behind the calls of an answer, for the list of these calls: a turn of a history that has the list
 * goes back to its provider with them. Gives the list.
 *
 * For a loop of tool calls of your own that is saved in the middle of its turns and read again: a list of JSON has lost its
 * thoughts. The built-in modules do it.
 *
 * @example
 * const { tool_calls } = await step.run({ question, tools, history }, { model })
 * const saved = JSON.stringify({ tool_calls, thoughts: thoughtsOfCalls(tool_calls) })
 * const again = JSON.parse(saved)
 * const turn = { question, tool_calls: keepThoughts(again.tool_calls, again.thoughts), tool_call_results }
 */
export const keepThoughts = <Calls extends object>(
  calls: Calls,
  thoughts: readonly SignedThought[] | undefined,
): Calls => {
  if (thoughts !== undefined && thoughts.length > 0) known.set(calls, thoughts)
  return calls
}

/** The signed thoughts behind the calls of an answer, by the list of these calls; undefined where there are none. */
export const thoughtsOfCalls = (calls: unknown): readonly SignedThought[] | undefined =>
  typeof calls === 'object' && calls !== null ? known.get(calls) : undefined
