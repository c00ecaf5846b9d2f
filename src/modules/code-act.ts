import type { Example } from '../data/example.ts'
import type { CodeInterpreter } from '../ports/code-interpreter.ts'
import type { Module } from '../ports/module.ts'
import type { Tool } from '../ports/tool.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import { append, describeFields } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { checkAgent } from './agent-options.ts'
import { type Ask, askTrimming, type ShownStep } from './ask-trimming.ts'
import { chainOfThought, type Reasoned } from './chain-of-thought.ts'
import { codeOutput } from './code-failure.ts'
import { codeIn } from './code-in.ts'
import { notForCode, quotedNames } from './code-names.ts'
import { type CodeSession, type CodeStep, withCodeSession } from './code-session.ts'
import { codeTools } from './code-tools.ts'
import { composedModule } from './composed-module.ts'
import { predict } from './predict.ts'
import type { WithCode } from './program-of-thought.ts'
import { signatureOf } from './signature-of.ts'
import { withTrajectory } from './with-trajectory.ts'
import { codeWording, codeActWording as wording } from './wording.ts'

export interface CodeActOptions {
  /** What the code may call; each is checked and approved as in other agents. */
  readonly tools: readonly Tool[]
  /** Pieces of code at most; 5 when absent. */
  readonly maxIterations?: number
  /** Where they run; the context's when absent. */
  readonly interpreter?: CodeInterpreter
}

/**
 * An agent that acts by writing code: piece by piece, in one session, with its tools as functions; then a second predictor
 * reads what was printed and answers. Its predictors are `codeact` and `extractor.predict`.
 *
 * 1. The code is JavaScript; the inputs are variables of it, and what a piece declares stays. Fences are taken off.
 * 2. Tools run in the host, several at once where the code asks for it. Their arguments are checked, and those that need it are
 *    approved by `Context.approve`; what goes wrong with one is thrown in the code.
 * 3. What the code throws, and the limits it meets, are what the model observes; it goes on, after a limit with a new session.
 * 4. It ends with a piece that ran and was said to be the last, or that submitted something, and after `maxIterations` pieces.
 *
 * DSPy 3.4.1's `CodeAct`, whose code is Python and whose tools are copied into it as source, with a prompt of our own. Differs
 * in that a last piece that failed does not end the work.
 *
 * @throws ToolError `tool/definition`, ConfigurationError `configuration/invalid`; run() throws what its predictors throw,
 * ConfigurationError `configuration/missing` without an interpreter, SandboxError `sandbox/engine`, `sandbox/input` for inputs
 * larger than the interpreter takes, and BudgetError with `trajectory`, the pieces until then
 * @see Wang et al. 2024, Executable Code Actions Elicit Better LLM Agents, arXiv:2402.01030
 * @example
 * const agent = codeAct('question -> answer', { tools: [search] })
 * const { answer, trajectory } = await agent.run({ question }, { model, interpreter })
 */
export function codeAct<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options: CodeActOptions,
): Module<Inputs, WithCode<Reasoned<Outputs>>>
export function codeAct<const Source extends string>(
  signature: Source & Checked<Source>,
  options: CodeActOptions,
): Module<InputsOf<Source>, WithCode<Reasoned<OutputsOf<Source>>>>
export function codeAct(
  source: string | Signature,
  { tools: given, maxIterations = 5, interpreter }: CodeActOptions,
): Module<Example, never> {
  const signature = signatureOf(source, {})
  checkAgent(signature, maxIterations, { inputs: [...notForCode, 'trajectory'], outputs: ['trajectory'] })
  const { functions, lines } = codeTools(
    given,
    signature.inputs.map(({ name }) => name),
  )
  return composedModule({
    kind: 'code-act',
    signature,
    children: {
      codeact: predict(pieceSignature(signature, lines)),
      extractor: chainOfThought(append(signature, 'input', 'trajectory')),
    },
    forward: async (input, children, context) => {
      const { codeact, extractor } = children as { readonly codeact: Ask; readonly extractor: Ask }
      const steps: CodeStep[] = []
      const shown: ShownStep[] = []
      return withTrajectory(steps, async () => {
        await withCodeSession(context, { interpreter, variables: input, functions }, session =>
          act({ input, codeact, session, maxIterations, steps, shown }),
        )
        return { ...(await askTrimming(extractor, input, shown)), trajectory: steps }
      })
    },
  }) as Module<Example, never>
}

interface Loop {
  readonly input: Example
  readonly codeact: Ask
  readonly session: CodeSession
  readonly maxIterations: number
  readonly steps: CodeStep[]
  readonly shown: ShownStep[]
}

const act = async ({ input, codeact, session, maxIterations, steps, shown }: Loop): Promise<void> => {
  for (let number = 0; number < maxIterations; number += 1) {
    const { generated_code: text, finished } = await askTrimming(codeact, input, shown)
    const found = codeIn(String(text))
    const code = found.code ?? String(text)
    const result = found.code === undefined ? { problem: found.problem } : await session.run(found.code)
    const outcome = 'outcome' in result ? result.outcome : undefined
    const output = outcome === undefined ? (result.problem ?? '') : (codeOutput(outcome) ?? codeWording.silent)
    const failed = outcome === undefined
    steps.push({ code, output, failed })
    shown.push([
      [`generated_code_${number}`, code],
      [failed ? `observation_${number}` : `code_output_${number}`, output],
    ])
    if (!failed && (finished === true || outcome.submitted !== undefined)) return
  }
}

const pieceSignature = (task: Signature, tools: readonly string[]): Signature => {
  const asked = append({ ...task, outputs: [] } as Signature, 'input', 'trajectory')
  const whole: Signature = append(append(asked, 'output', 'generated_code'), 'output', 'finished', 'boolean')
  const instructions = wording.instructions(quotedNames(task.inputs), quotedNames(task.outputs), tools)
  return { ...describeFields(whole, wording.descriptions), instructions: `${task.instructions}\n\n${instructions}` }
}
