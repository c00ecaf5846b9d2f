import { ModelError } from '../../errors/model-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { ToolDefinition } from '../../ports/message.ts'
import type { Grammar, GrammarEngine } from '../token-constraint.ts'
import { type CallableTool, callableTool, callRules, type LarkGrammar, lark } from './call-rules.ts'

/** Something of the tools that calls are not held to. */
export interface Refusal {
  /** What they were to be held to, and what they are. */
  readonly from: string
  readonly to: string
  readonly reason: string
}

/**
 * What follows the first `<tool_call>` of an answer that began freely: calls of these tools and nothing else. Where the engine
 * refuses the schema of a tool, or the schemas of all together, arguments are any object; where it refuses even that, undefined.
 * `tell` hears of each refusal once an engine, for as long as it is remembered.
 */
export const callGrammar = (
  engine: GrammarEngine,
  tools: readonly ToolDefinition[],
  tell: (refusal: Refusal) => void,
): Grammar | undefined => {
  const refused = refusedBy(engine)
  const reads = (grammar: LarkGrammar, from: string, to: string): boolean => {
    if (refused.has(grammar.text)) return false
    const reason = problemOf(engine, grammar)
    if (reason === undefined) return true
    remember(refused, grammar.text)
    tell({ from, to, reason })
    return false
  }
  const given = tools.map(callableTool)
  const isRefused = (tool: CallableTool): boolean => refused.size > 0 && refused.has(following([tool]).text)
  const wanted = given.filter(tool => !isRefused(tool))
  const known = following(given.map(tool => (wanted.includes(tool) ? tool : loose(tool))))
  if (!refused.has(known.text)) {
    if (problemOf(engine, known) === undefined) return known
    const fit = readable(engine, wanted, tool =>
      reads(following([tool]), `calls of ${tool.name} by its schema`, 'calls of it with any arguments'),
    )
    const held = following(given.map(tool => (fit.has(tool) ? tool : loose(tool))))
    if (fit.size > 0 && reads(held, 'calls of all tools by their schemas', 'calls of them with any arguments'))
      return held
  }
  const named = following(given.map(loose))
  return reads(named, 'calls of the tools that are offered', 'free calls') ? named : undefined
}

/** Those of the tools whose schemas an engine can follow: of many that are refused, half and half. */
const readable = (
  engine: GrammarEngine,
  tools: readonly CallableTool[],
  reads: (tool: CallableTool) => boolean,
): ReadonlySet<CallableTool> => {
  const [only] = tools
  if (only === undefined || (tools.length === 1 && !reads(only))) return new Set()
  if (tools.length === 1 || problemOf(engine, following(tools)) === undefined) return new Set(tools)
  const half = tools.length >> 1
  return new Set([...readable(engine, tools.slice(0, half), reads), ...readable(engine, tools.slice(half), reads)])
}

const loose = ({ name }: CallableTool): CallableTool => ({ name, parameters: undefined })

const following = (tools: readonly CallableTool[]): LarkGrammar => lark(['start: following', ...callRules(tools)])

/** Why an engine cannot follow a grammar; undefined where it can. */
const problemOf = (engine: GrammarEngine, grammar: Grammar): string | undefined => {
  try {
    engine.constraint(grammar).free()
    return undefined
  } catch (error) {
    if (error instanceof ModelError || error instanceof RuntimeError) return error.message
    throw error
  }
}

const refusals = new WeakMap<GrammarEngine, Set<string>>()

const refusedBy = (engine: GrammarEngine): Set<string> => {
  const found = refusals.get(engine) ?? new Set()
  refusals.set(engine, found)
  return found
}

/** So many are remembered: tools may come from others. */
const mostKept = 64

const remember = (refused: Set<string>, key: string): void => {
  refused.add(key)
  const [oldest] = refused
  if (refused.size > mostKept && oldest !== undefined) refused.delete(oldest)
}
