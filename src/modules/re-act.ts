import type { Example } from '../data/example.ts'
import type { HistoryValue } from '../data/history.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import type { Tool } from '../ports/tool.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import { append } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { checkAgent } from './agent-options.ts'
import { composedModule } from './composed-module.ts'
import { predict } from './predict.ts'
import { type ReActTurn, runAgent } from './re-act-loop.ts'
import { signatureOf } from './signature-of.ts'
import { submit, submitTool } from './submit-tool.ts'
import { type ToolSet, toolSet } from './tool-set.ts'
import { reActWording as wording } from './wording.ts'

export interface ReActOptions {
  readonly tools: readonly Tool[]
  /** Turns at most, each with one answer of the model and all the calls in it; 20 when absent. */
  readonly maxIterations?: number
  /**
   * How the model asks for calls: `native`, by the provider's own tool calls; `text`, in a field of its answer; `auto`,
   * native where the model says that it can. `auto` when absent.
   */
  readonly calls?: 'auto' | 'native' | 'text'
}

/** A prediction with the turns that led to it. */
export type WithTurns<Outputs> = Outputs & {
  readonly trajectory: readonly ReActTurn[]
  /** What was said and done, inputs and outputs included: the input `history` of a run that goes on from here. */
  readonly history: readonly Example[]
  /** Whether the model submitted by itself, or only when told that there were no more turns. */
  readonly terminationReason: 'submit' | 'forced-submit'
}

/** The input of an agent, and the history of the conversation it goes on with. */
export type WithHistory<Inputs> = Inputs & { readonly history?: HistoryValue }

/**
 * An agent: the model calls tools, several at once where it likes, until it calls `submit` with the outputs. Its predictor
 * is `react`.
 *
 * 1. The turns so far are a conversation: native tool calls and results where the model has them, text where not.
 * 2. The calls of one turn run at the same time. An unknown tool, wrong arguments, a refusal and a tool's own error are
 *    what the model observes; it goes on.
 * 3. When the turns do not fit the model's context any more, the oldest is left out of what the model reads, up to 3 times
 *    in a row. The prediction has them all.
 * 4. An answer without calls is a turn, too; the next one has to call a tool. After two of them in a row, `maxIterations`
 *    turns, an answer that cannot be read twice, or a context that stays too small, the model is told once to submit, and
 *    can call nothing else.
 *
 * DSPy 3.4.1's `ReActV2`, with a prompt of our own. Differs in 3, which DSPy does in `ReAct` only, in that a first answer
 * without calls does not end the work, and in that the calls of a turn do not wait for each other.
 *
 * @throws ToolError `tool/definition` for tools that cannot be used together, ConfigurationError `configuration/invalid`;
 * run() throws what its predictor throws, ToolError `tool/loop` with `trajectory` when the model would not submit, and
 * BudgetError with `trajectory`, the turns until then
 * @example
 * const agent = reAct('question -> answer: number', { tools: [search, calculate] })
 * const { answer, trajectory, history } = await agent.run({ question }, { model })
 * const more = await agent.run({ question: 'And in Celsius?', history }, { model })
 */
export function reAct<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options: ReActOptions,
): Module<WithHistory<Inputs>, WithTurns<Outputs>>
export function reAct<const Source extends string>(
  signature: Source & Checked<Source>,
  options: ReActOptions,
): Module<WithHistory<InputsOf<Source>>, WithTurns<OutputsOf<Source>>>
export function reAct(
  source: string | Signature,
  { tools: given, maxIterations = 20, calls = 'auto' }: ReActOptions,
): Module<never, never> {
  const signature = signatureOf(source, {})
  checkAgent(signature, maxIterations, {
    inputs: ['history', 'tools', 'next_thought', 'tool_calls'],
    outputs: ['history', 'trajectory', 'terminationReason', 'next_thought', 'tool_calls'],
  })
  const last = submitTool(signature, wording.submit(quoted(signature.outputs)))
  const tools: ToolSet = new Map([...toolSet(given, submit), [submit, last]])
  return composedModule({
    kind: 're-act-v2',
    signature,
    children: { react: predict(turnSignature(signature, tools)) },
    forward: (input, children, context) => {
      const { react } = children as { readonly react: BoundPredictor }
      return runAgent({ signature, input, react, tools, maxIterations, calls, context })
    },
  }) as Module<never, never>
}

type BoundPredictor = (input: Example, override?: Partial<Context>) => Promise<Example>

/** DSPy's fields, in its order. Inputs may be absent: in later turns they stand in the history. */
const turnSignature = (signature: Signature, tools: ToolSet): Signature => {
  const optional = signature.inputs.map(field => ({ ...field, optional: true }))
  const inputs: Signature = { ...signature, inputs: optional, outputs: [] }
  const withInputs: Signature = append(
    append(inputs, 'input', 'history', 'dspy.History'),
    'input',
    'tools',
    'list[dspy.Tool]',
  )
  const withOutputs: Signature = append(
    append(withInputs, 'output', 'next_thought', 'dspy.Reasoning'),
    'output',
    'tool_calls',
    'dspy.ToolCalls',
  )
  const names = [...tools.keys()].map(name => `\`${name}\``).join(', ')
  const how = wording.instructions(quoted(signature.inputs), quoted(signature.outputs), names)
  return { ...withOutputs, instructions: `${signature.instructions}\n\n${how}` }
}

const quoted = (fields: Signature['inputs']): string => fields.map(({ name }) => `\`${name}\``).join(', ')
