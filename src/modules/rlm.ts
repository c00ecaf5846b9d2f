import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { CodeInterpreter } from '../ports/code-interpreter.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Module } from '../ports/module.ts'
import type { Tool } from '../ports/tool.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import type { Signature } from '../signature/signature.ts'
import { checkAgent } from './agent-options.ts'
import type { Ask } from './ask-trimming.ts'
import { codeOutput } from './code-failure.ts'
import { codeIn } from './code-in.ts'
import { notForCode } from './code-names.ts'
import { type CodeResult, type CodeSession, withCodeSession } from './code-session.ts'
import { codeTools } from './code-tools.ts'
import { composedModule } from './composed-module.ts'
import { predict } from './predict.ts'
import type { Fields } from './read-answers.ts'
import {
  actionSignature,
  extractSignature,
  type RlmStep,
  replHistory,
  submitCall,
  variablesInfo,
} from './rlm-prompt.ts'
import { signatureOf } from './signature-of.ts'
import { subModelFunctions, subModelNames } from './sub-model.ts'
import { submittedFields } from './submitted-fields.ts'
import { withTrajectory } from './with-trajectory.ts'
import { codeWording } from './wording.ts'

export interface RlmOptions {
  /** Pieces of code at most; 20 when absent. */
  readonly maxIterations?: number
  /** Questions that the code of one run may ask a model; 50 when absent. */
  readonly maxModelCalls?: number
  /** Characters of each output that the model gets to see again; 10,000 when absent. */
  readonly maxOutputChars?: number
  /** What the code may call beside that. */
  readonly tools?: readonly Tool[]
  /** Whom the code asks; the context's model when absent. */
  readonly subModel?: LanguageModel
  /** Where the code runs; the context's when absent. */
  readonly interpreter?: CodeInterpreter
}

/** A prediction with the steps that led to it, and why there were no more. */
export type Explored<Outputs> = Outputs & {
  readonly trajectory: readonly RlmStep[]
  readonly terminationReason: 'submitted' | 'iterations'
}

/**
 * A recursive language model: explores inputs that are too long to read with code, step by step, in one session; the code asks
 * a model about parts of them with `llm_query` and `llm_query_batched`, and ends with `SUBMIT`. Its predictors are
 * `generate_action` and `extract`.
 *
 * 1. The inputs are variables of the code, JavaScript. Of each the prompt shows its type, its length, and 1,000 characters.
 * 2. What is submitted is checked against the output fields; what is wrong with it goes back to the model.
 * 3. After `maxIterations` pieces `extract` answers from what the steps show.
 * 4. Questions of the code count toward the usage and the budgets of the run, and stand in its trace.
 *
 * DSPy 3.4.1's `RLM`, whose code is Python, with a prompt of our own. Differs in that a question that fails is thrown in the code,
 * and not answered with a text that says so, and in that code cannot make modules of its own.
 *
 * @throws ToolError `tool/definition`, ConfigurationError `configuration/invalid`; run() throws what its predictors throw,
 * ConfigurationError `configuration/missing` without an interpreter, SandboxError `sandbox/engine`, `sandbox/input` for inputs
 * larger than the interpreter takes, and BudgetError with `trajectory`, the steps until then
 * @see Zhang, Kraska, Khattab 2025, Recursive Language Models, arXiv:2512.24601
 * @example
 * const read = rlm('book, question -> answer', { subModel: smaller })
 * const { answer, trajectory } = await read.run({ book, question }, { model, interpreter })
 */
export function rlm<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options?: RlmOptions,
): Module<Inputs, Explored<Outputs>>
export function rlm<const Source extends string>(
  signature: Source & Checked<Source>,
  options?: RlmOptions,
): Module<InputsOf<Source>, Explored<OutputsOf<Source>>>
export function rlm(source: string | Signature, options: RlmOptions = {}): Module<Example, never> {
  const { maxIterations = 20, maxModelCalls = 50, maxOutputChars = 10_000, tools: given = [], interpreter } = options
  const signature = signatureOf(source, {})
  const reserved = [...notForCode, ...subModelNames]
  checkAgent(signature, maxIterations, {
    inputs: reserved,
    outputs: ['trajectory', 'terminationReason', 'variables_info', 'repl_history'],
  })
  for (const [option, value] of Object.entries({ maxModelCalls, maxOutputChars })) checkCount(option, value)
  const tools = codeTools(given, [...subModelNames, ...signature.inputs.map(({ name }) => name)])
  return composedModule({
    kind: 'rlm',
    signature,
    children: {
      generate_action: predict(actionSignature(signature, maxModelCalls, tools.lines)),
      extract: predict(extractSignature(signature)),
    },
    forward: async (input, children, context) => {
      const { generate_action, extract } = children as { readonly generate_action: Ask; readonly extract: Ask }
      const { subModel = context.model } = options
      const steps: RlmStep[] = []
      const variables_info = variablesInfo(signature, input)
      const functions = { ...tools.functions, ...subModelFunctions(subModel, maxModelCalls) }
      return withTrajectory(steps, async () => {
        const submitted = await withCodeSession(context, { interpreter, variables: input, functions }, session =>
          explore({ signature, variables_info, generate_action, session, maxIterations, maxOutputChars, steps }),
        )
        if (submitted !== undefined) return { ...submitted, trajectory: steps, terminationReason: 'submitted' }
        const answer = await extract({ variables_info, repl_history: replHistory(steps, maxOutputChars) })
        return { ...answer, trajectory: steps, terminationReason: 'iterations' }
      })
    },
  }) as Module<Example, never>
}

interface Loop {
  readonly signature: Signature
  readonly variables_info: string
  readonly generate_action: Ask
  readonly session: CodeSession
  readonly maxIterations: number
  readonly maxOutputChars: number
  readonly steps: RlmStep[]
}

/** The outputs that the code submitted; undefined when the steps ended before. */
const explore = async (loop: Loop): Promise<Fields | undefined> => {
  const { signature, variables_info, generate_action, session, maxIterations, maxOutputChars, steps } = loop
  for (let number = 1; number <= maxIterations; number += 1) {
    const repl_history = replHistory(steps, maxOutputChars)
    const iteration = `${number}/${maxIterations}`
    const action = await generate_action({ variables_info, repl_history, iteration })
    const found = codeIn(String(action.code))
    const code = found.code ?? String(action.code)
    const result = found.code === undefined ? { problem: found.problem } : await session.run(found.code)
    const { fields, output, failed } = taken(signature, result)
    steps.push({ reasoning: String(action.reasoning), code, output, failed })
    if (fields !== undefined) return fields
  }
  return undefined
}

interface Taken {
  readonly fields?: Fields
  readonly output: string
  readonly failed: boolean
}

const taken = (signature: Signature, { outcome, problem }: Partial<CodeResult>): Taken => {
  if (outcome === undefined) return { output: problem ?? '', failed: true }
  const output = codeOutput(outcome) ?? codeWording.silent
  if (outcome.submitted === undefined) return { output, failed: false }
  const checked = submittedFields(signature, outcome.submitted, submitCall(signature))
  if (checked.fields !== undefined) return { fields: checked.fields, output, failed: false }
  return { output: `${output}\n${checked.problem}`, failed: true }
}

const checkCount = (option: string, value: number): void => {
  if (Number.isInteger(value) && value >= 0) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected ${option} to be a whole number from 0, got ${value}. Leave it out for its default.`,
    { option },
  )
}
