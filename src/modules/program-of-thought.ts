import type { Example } from '../data/example.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { CodeInterpreter } from '../ports/code-interpreter.ts'
import type { Module } from '../ports/module.ts'
import type { Field } from '../signature/field.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import { append, describeFields } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { checkAgent } from './agent-options.ts'
import type { Ask } from './ask-trimming.ts'
import { chainOfThought, type Reasoned } from './chain-of-thought.ts'
import { codeOutput } from './code-failure.ts'
import { codeIn } from './code-in.ts'
import { notForCode, quotedNames } from './code-names.ts'
import { type CodeSession, type CodeStep, withCodeSession } from './code-session.ts'
import { composedModule } from './composed-module.ts'
import { signatureOf } from './signature-of.ts'
import { withTrajectory } from './with-trajectory.ts'
import { codeWording, programOfThoughtWording as wording } from './wording.ts'

export interface ProgramOfThoughtOptions {
  /** Programs that may be written for one input; 3 when absent. */
  readonly maxIterations?: number
  /** Where they run; the context's when absent. */
  readonly interpreter?: CodeInterpreter
}

/** A prediction with the code that was run for it, and what came of each piece. */
export type WithCode<Outputs> = Outputs & { readonly trajectory: readonly CodeStep[] }

/**
 * Has a program written that computes the answer, runs it in a sandbox, and answers by its output. A program that fails is
 * written again, with the error shown. Its predictors are `code_generate.predict`, `code_regenerate.predict` and
 * `generate_output.predict`.
 *
 * 1. The code is JavaScript; the inputs are variables of it. Fences around it are taken off.
 * 2. What it throws, that it ran too long, took too much memory, or gave nothing at all goes back to the model.
 * 3. Each program begins anew: nothing of an earlier one is left.
 *
 * DSPy 3.4.1's `ProgramOfThought`, whose code is Python, with prompts of our own. Differs in that the instructions of the
 * signature reach the predictors, that the code gets the inputs as variables, and that a program which gives nothing counts as
 * failed.
 *
 * @throws ConfigurationError `configuration/invalid`, SignatureError `signature/duplicate-field` for fields that the
 * predictors have themselves; run() throws what its predictors throw, ConfigurationError `configuration/missing` without
 * an interpreter, ToolError `tool/loop` with the `trajectory` when the last program failed, SandboxError `sandbox/engine`, and
 * `sandbox/input` for inputs larger than the interpreter takes
 * @see Chen et al. 2022, Program of Thoughts Prompting, arXiv:2211.12588
 * @example
 * const solve = programOfThought('question -> answer: number')
 * const interpreter = quickjsInterpreter({ engine: quickjsEngine }) // of kkachi/sandbox and kkachi/node
 * const { answer } = await solve.run({ question: 'How many primes below 1000?' }, { model, interpreter })
 */
export function programOfThought<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options?: ProgramOfThoughtOptions,
): Module<Inputs, WithCode<Reasoned<Outputs>>>
export function programOfThought<const Source extends string>(
  signature: Source & Checked<Source>,
  options?: ProgramOfThoughtOptions,
): Module<InputsOf<Source>, WithCode<Reasoned<OutputsOf<Source>>>>
export function programOfThought(
  source: string | Signature,
  { maxIterations = 3, interpreter }: ProgramOfThoughtOptions = {},
): Module<Example, never> {
  const signature = signatureOf(source, {})
  checkAgent(signature, maxIterations, { inputs: notForCode, outputs: ['trajectory'] })
  const { generate, regenerate, answer } = signatures(signature)
  return composedModule({
    kind: 'program-of-thought',
    signature,
    children: {
      code_generate: chainOfThought(generate),
      code_regenerate: chainOfThought(regenerate),
      generate_output: chainOfThought(answer),
    },
    forward: async (input, children, context) => {
      const bound = children as Bound
      const steps: CodeStep[] = []
      const world = { interpreter, variables: input, functions: {} }
      const last = await withCodeSession(context, world, session =>
        withTrajectory(steps, () => program({ input, bound, session, maxIterations, steps })),
      )
      const shown = { final_generated_code: last.code, code_output: last.output }
      const output = await withTrajectory(steps, () => bound.generate_output({ ...input, ...shown }))
      return { ...output, trajectory: steps }
    },
  }) as Module<Example, never>
}

interface Bound {
  readonly code_generate: Ask
  readonly code_regenerate: Ask
  readonly generate_output: Ask
}

interface Loop {
  readonly input: Example
  readonly bound: Bound
  readonly session: CodeSession
  readonly maxIterations: number
  readonly steps: CodeStep[]
}

/** The first program that gives something. */
const program = async ({ input, bound, session, maxIterations, steps }: Loop): Promise<CodeStep> => {
  let cause: unknown
  for (let number = 0; number < maxIterations; number += 1) {
    const failed = steps.at(-1)
    const written =
      failed === undefined
        ? await bound.code_generate(input)
        : await bound.code_regenerate({ ...input, previous_code: failed.code, error: failed.output })
    const found = codeIn(String(written.generated_code))
    if (found.problem !== undefined) {
      steps.push({ code: String(written.generated_code), output: found.problem, failed: true })
      continue
    }
    const { code } = found
    session.reset()
    const result = await session.run(code)
    cause = result.error
    const output = result.outcome === undefined ? undefined : codeOutput(result.outcome)
    const step = { code, output: output ?? result.problem ?? codeWording.silent, failed: output === undefined }
    steps.push(step)
    if (!step.failed) return step
  }
  throw new ToolError(
    'tool/loop',
    `None of ${maxIterations} programs came to an end with a result. See the trajectory of this error; raise maxIterations, or use a stronger model.`,
    { tool: 'code', trajectory: [...steps], ...(cause === undefined ? {} : { cause }) },
  )
}

const signatures = (task: Signature) => {
  const [inputs, outputs] = [quotedNames(task.inputs), quotedNames(task.outputs)]
  const submit = codeWording.submit(task.outputs.map(({ name }) => name))
  const asked: Signature = { ...task, outputs: [] }
  const told = (signature: Signature, instructions: string): Signature => ({
    ...described(signature),
    instructions: `${task.instructions}\n\n${instructions}`,
  })
  return {
    generate: told(append(asked, 'output', 'generated_code'), wording.generate(inputs, outputs, submit)),
    regenerate: told(
      append(append(append(asked, 'input', 'previous_code'), 'input', 'error'), 'output', 'generated_code'),
      wording.regenerate(inputs, outputs, submit),
    ),
    answer: told(
      append(append(task, 'input', 'final_generated_code'), 'input', 'code_output'),
      wording.answer(outputs),
    ),
  }
}

const described = (signature: Signature): Signature => {
  const names = [...signature.inputs, ...signature.outputs].map(({ name }: Field) => name)
  return describeFields(
    signature,
    Object.fromEntries(Object.entries(wording.descriptions).filter(([name]) => names.includes(name))),
  )
}
