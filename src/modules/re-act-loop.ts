import { chat } from '../adapters/chat.ts'
import { keepThoughts, thoughtsOfCalls } from '../adapters/thoughts-of-calls.ts'
import type { Example } from '../data/example.ts'
import type { HistoryValue } from '../data/history.ts'
import type { ToolCallResult, ToolCallValue, ToolValue } from '../data/tool-values.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { Context } from '../ports/context.ts'
import type { Tool } from '../ports/tool.ts'
import { isRow } from '../signature/row.ts'
import type { Signature } from '../signature/signature.ts'
import { callTool } from './call-tool.ts'
import { callingModel } from './calling-model.ts'
import { choosingAdapter } from './choosing-adapter.ts'
import type { StreamedContext } from './event-sink.ts'
import { unreadable } from './read-answers.ts'
import { submit } from './submit-tool.ts'
import type { ToolSet } from './tool-set.ts'
import { withTrajectory } from './with-trajectory.ts'

/** One answer of the model, and the calls in it. */
export interface ReActTurn {
  /** What the model wrote or thought beside its calls; may be empty. */
  readonly thought: string
  readonly calls: readonly ReActCall[]
}

export interface ReActCall {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** What the tool gave; where it failed, what the model was told about that. */
  readonly observation: unknown
  readonly failed: boolean
}

export interface Agent {
  readonly signature: Signature
  readonly input: Example
  readonly react: (input: Example, override?: Partial<Context>) => Promise<Example>
  readonly tools: ToolSet
  readonly maxIterations: number
  readonly calls: 'auto' | 'native' | 'text'
  readonly context: StreamedContext
}

/** A run of an agent, as far as it has come. */
interface Run extends Agent {
  /** The inputs of the signature, as far as they are given. */
  readonly given: Example
  /** The conversation that the run goes on with. */
  readonly before: readonly Example[]
  readonly turns: ReActTurn[]
  /** The turns as rows of the history, without the inputs. */
  readonly rows: Example[]
  /** The oldest row that the model still reads. */
  first: number
}

/** Turn after turn until the model submits; told to at the end. */
export const runAgent = (agent: Agent): Promise<Example> => {
  const { signature, input, context, calls } = agent
  const names = signature.inputs.map(({ name }) => name).filter(name => Object.hasOwn(input, name))
  const { history } = input
  const messages = isRow(history) ? history.messages : history
  const run: Run = {
    ...agent,
    react: (values, override) => agent.react(values, { model: callingModel(context.model, calls), ...override }),
    given: Object.fromEntries(names.map(name => [name, input[name]])),
    before: Array.isArray(messages) ? messages.filter(isRow) : [],
    turns: [],
    rows: [],
    first: 0,
  }
  return withTrajectory(run.turns, () => takeTurns(run))
}

const takeTurns = async (run: Run): Promise<Example> => {
  const { maxIterations, tools } = run
  let isIdle = false
  for (let turn = 0; turn < maxIterations; turn += 1) {
    let answer: Example
    try {
      answer = await askTrimming(run, [...tools.values()], isIdle ? choosing(run, 'required') : undefined)
    } catch (error) {
      if (unreadable(error)) return forcedSubmit(run, 'an answer could not be read')
      if (isTooLong(error)) return forcedSubmit(run, 'the turns do not fit the context')
      throw error
    }
    const asked = callsIn(answer)
    if (isIdle && asked.length === 0) return forcedSubmit(run, 'two answers in a row called no tool')
    isIdle = asked.length === 0
    const outputs = await makeCalls(run, answer, asked)
    if (outputs !== undefined) return prediction(run, outputs, 'submit')
  }
  return forcedSubmit(run, `${maxIterations} turns were taken`)
}

/** One more answer, which can only submit. */
const forcedSubmit = async (run: Run, why: string): Promise<Example> => {
  const last = [...run.tools.values()].filter(({ name }) => name === submit)
  let failure: unknown
  try {
    const answer = await askTrimming(run, last, choosing(run, { name: submit }))
    const asked = callsIn(answer).filter(({ name }) => name === submit)
    const outputs = asked.length === 0 ? undefined : await makeCalls(run, answer, asked)
    if (outputs !== undefined) return prediction(run, outputs, 'forced-submit')
  } catch (error) {
    if (!unreadable(error) && !isTooLong(error)) throw error
    failure = error
  }
  throw new ToolError(
    'tool/loop',
    `The agent did not submit its outputs: ${why}, and told to submit, the model did not. Raise maxIterations, simplify the task, or use a stronger model.`,
    { tool: submit, trajectory: [...run.turns], ...(failure === undefined ? undefined : { cause: failure }) },
  )
}

const choosing = ({ context }: Run, choice: Parameters<typeof choosingAdapter>[1]): Partial<Context> => ({
  adapter: choosingAdapter(context.adapter ?? chat, choice),
})

/** Makes the calls of a turn, all at once, and keeps what came of them; the outputs when one of them submitted. */
const makeCalls = async (run: Run, answer: Example, asked: readonly ToolCallValue[]): Promise<Example | undefined> => {
  const { tools, context, turns, rows, before } = run
  // Every call is awaited, so that none goes on behind a run that has failed.
  const settled = await Promise.allSettled(asked.map(({ name, args }) => callTool(tools, name, args, context)))
  const observed = settled.map(one => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
  const calls = asked.map(({ name, args }, index) => {
    const { result = null, failed = true } = observed[index] ?? {}
    return { tool: name, arguments: args, observation: result, failed }
  })
  turns.push({ thought: textOf(answer.next_thought), calls })
  const turn = before.length + rows.length
  const ids = asked.map(({ id }, index) => id ?? `call_${turn}_${index}`)
  const submitted = calls.findLast(({ tool, failed }) => tool === submit && !failed)?.observation
  const outputs = isRow(submitted) ? submitted : undefined
  const named = asked.map(({ name, args }, index): ToolCallValue => {
    return { id: ids[index] ?? name, name, args }
  })
  const tool_calls = keepThoughts(named, thoughtsOfCalls(asked))
  const tool_call_results = asked.map(({ name }, index): ToolCallResult => {
    const { shown = null, failed = true } = observed[index] ?? {}
    return { callId: ids[index] ?? name, name, value: shown, ...(failed ? { isError: true } : undefined) }
  })
  const results = asked.length === 0 ? undefined : { tool_call_results }
  rows.push({ next_thought: textOf(answer.next_thought), tool_calls, ...results, ...outputs })
  return outputs
}

/** What the adapter read of the field `tool_calls`: a list, or nothing. */
const callsIn = ({ tool_calls }: Example): readonly ToolCallValue[] =>
  Array.isArray(tool_calls) ? (tool_calls as readonly ToolCallValue[]) : []

const textOf = (thought: unknown): string => (typeof thought === 'string' ? thought : '')

/** Times the same question is asked, each with the oldest turn left out. */
const maxTries = 3

/** Asks with the turns so far; leaves the oldest out, for good, when they do not fit. */
const askTrimming = async (run: Run, tools: readonly Tool[], override?: Partial<Context>): Promise<Example> => {
  const described = tools.map(({ name, description, parameters }): ToolValue => ({ name, description, parameters }))
  for (let attempt = 1; ; attempt += 1) {
    try {
      const pending = run.rows.length === 0 ? run.given : {}
      return await run.react({ ...pending, history: readHistory(run), tools: described }, override)
    } catch (error) {
      if (!isTooLong(error) || attempt === maxTries || run.rows.length - run.first <= 1) throw error
      run.first += 1
    }
  }
}

/** What the model reads: the inputs stand with the oldest turn that it does. */
const readHistory = ({ before, rows, first, given }: Run): HistoryValue => [
  ...before,
  ...withInputs(rows.slice(first), given),
]

const withInputs = ([oldest, ...others]: readonly Example[], given: Example): readonly Example[] =>
  oldest === undefined ? [] : [{ ...given, ...oldest }, ...others]

const prediction = (run: Run, outputs: Example, terminationReason: 'submit' | 'forced-submit'): Example => ({
  ...outputs,
  trajectory: run.turns,
  history: [...run.before, ...withInputs(run.rows, run.given)],
  terminationReason,
})

const isTooLong = (error: unknown): boolean => KkachiError.is(error, 'model/context-window')
