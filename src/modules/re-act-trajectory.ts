import type { Example } from '../data/example.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import type { Tool } from '../ports/tool.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import { append } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { tool } from '../tools/tool.ts'
import { checkAgent } from './agent-options.ts'
import { type Ask, askTrimming, type ShownStep } from './ask-trimming.ts'
import { callTool } from './call-tool.ts'
import { chainOfThought, type Reasoned } from './chain-of-thought.ts'
import { composedModule } from './composed-module.ts'
import { predict } from './predict.ts'
import { unreadable } from './read-answers.ts'
import { signatureOf } from './signature-of.ts'
import { type ToolSet, toolSet } from './tool-set.ts'
import { withTrajectory } from './with-trajectory.ts'
import { reActTrajectoryWording as wording } from './wording.ts'

export interface ReActTrajectoryOptions {
  readonly tools: readonly Tool[]
  /** Steps at most, each with one call of a tool; 20 when absent. */
  readonly maxIterations?: number
}

/** One step: what the model thought, what it called, and what came of it. */
export interface ReActStep {
  readonly thought: string
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** What the tool gave; where it failed, what the model was told about that. */
  readonly observation: unknown
  readonly failed: boolean
}

/** A prediction with the steps that led to it, and why there were no more. */
export type WithSteps<Outputs> = Outputs & {
  readonly trajectory: readonly ReActStep[]
  readonly terminationReason: 'finish' | 'iterations' | 'unreadable' | 'context-window'
}

/**
 * An agent that calls one tool after the other, as text, until it calls `finish`; then a second predictor reads the steps
 * and answers. Works with any model. Its predictors are `react` and `extract.predict`.
 *
 * 1. The steps so far are one text field, `trajectory`. The prediction has them as data, and `reasoning`.
 * 2. An unknown tool, wrong arguments, a refusal and a tool's own error are what the model observes; it goes on.
 * 3. When the steps do not fit the model's context any more, the oldest is left out of what the model reads, up to 3 times
 *    in a row.
 * 4. After `maxIterations` steps, after an answer that cannot be read twice, and when the context stays too small, the
 *    answer is made from the steps there are: `terminationReason` says which.
 *
 * DSPy 3.4.1's `ReAct`, with a prompt of our own. Differs in that what was left out for space is still in the prediction.
 *
 * @throws ToolError `tool/definition` for tools that cannot be used together, ConfigurationError `configuration/invalid`;
 * run() throws what its predictors throw, and BudgetError with `trajectory`, the steps until then
 * @see Yao et al. 2022, ReAct: Synergizing Reasoning and Acting in Language Models, arXiv:2210.03629
 * @example
 * const agent = reActTrajectory('question -> answer', { tools: [search] })
 * const { answer, trajectory } = await agent.run({ question }, { model })
 */
export function reActTrajectory<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options: ReActTrajectoryOptions,
): Module<Inputs, WithSteps<Reasoned<Outputs>>>
export function reActTrajectory<const Source extends string>(
  signature: Source & Checked<Source>,
  options: ReActTrajectoryOptions,
): Module<InputsOf<Source>, WithSteps<Reasoned<OutputsOf<Source>>>>
export function reActTrajectory(
  source: string | Signature,
  { tools: given, maxIterations = 20 }: ReActTrajectoryOptions,
): Module<Example, never> {
  const signature = signatureOf(source, {})
  checkAgent(signature, maxIterations, { inputs: ['trajectory'], outputs: ['trajectory', 'terminationReason'] })
  const outputs = signature.outputs.map(({ name }) => `\`${name}\``).join(', ')
  const finish = tool({
    name: 'finish',
    description: wording.finish(outputs),
    parameters: { type: 'object' },
    run: () => wording.finished,
  })
  const tools: ToolSet = new Map([...toolSet(given, finish.name), [finish.name, finish]])
  return composedModule({
    kind: 're-act',
    signature,
    children: {
      react: predict(stepSignature(signature, outputs, tools)),
      extract: chainOfThought(append(signature, 'input', 'trajectory')),
    },
    forward: async (input, children, context) => {
      const { react, extract } = children as Bound
      const steps: ReActStep[] = []
      const shown: ShownStep[] = []
      return withTrajectory(steps, async () => {
        const terminationReason = await takeSteps({ input, react, tools, maxIterations, context, steps, shown })
        const answer = await askTrimming(extract, input, shown)
        return { ...answer, trajectory: steps, terminationReason }
      })
    },
  }) as Module<Example, never>
}

interface Bound {
  readonly react: Ask
  readonly extract: Ask
}

interface Loop {
  readonly input: Example
  readonly react: Ask
  readonly tools: ToolSet
  readonly maxIterations: number
  readonly context: Context
  readonly steps: ReActStep[]
  readonly shown: ShownStep[]
}

const takeSteps = async ({ input, react, tools, maxIterations, context, steps, shown }: Loop) => {
  for (let number = 0; number < maxIterations; number += 1) {
    let decided: Example
    try {
      decided = await askTrimming(react, input, shown)
    } catch (error) {
      if (unreadable(error)) return 'unreadable'
      if (KkachiError.is(error, 'model/context-window')) return 'context-window'
      throw error
    }
    const name = String(decided.next_tool_name)
    const given = decided.next_tool_args as ReActStep['arguments']
    const thought = String(decided.next_thought)
    const { result, shown: observation, failed } = await callTool(tools, name, given, context)
    steps.push({ thought, tool: name, arguments: given, observation: result, failed })
    shown.push([
      [`thought_${number}`, thought],
      [`tool_name_${number}`, name],
      [`tool_args_${number}`, given],
      [`observation_${number}`, observation],
    ])
    if (name === 'finish' && !failed) return 'finish'
  }
  return 'iterations'
}

const stepSignature = (signature: Signature, outputs: string, tools: ToolSet): Signature => {
  const lines = [...tools.values()].map(({ name, description, parameters }, index) =>
    wording.tool(index + 1, name, description, JSON.stringify(parameters)),
  )
  const inputs = { ...signature, outputs: [] }
  const names = { type: { kind: 'literal', values: [...tools.keys()] } } as const
  const asked: Signature = append(
    append(append(append(inputs, 'input', 'trajectory'), 'output', 'next_thought'), 'output', 'next_tool_name', names),
    'output',
    'next_tool_args',
    'dict',
  )
  return { ...asked, instructions: `${signature.instructions}\n\n${wording.instructions(outputs, lines)}` }
}
