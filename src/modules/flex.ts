import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { PredictionError } from '../errors/prediction-error.ts'
import type { CodeInterpreter } from '../ports/code-interpreter.ts'
import type { Context } from '../ports/context.ts'
import type { Module, PredictorState } from '../ports/module.ts'
import type { Tool } from '../ports/tool.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import type { Signature } from '../signature/signature.ts'
import { withCodeSession } from './code-session.ts'
import { codeTools } from './code-tools.ts'
import { composedModule } from './composed-module.ts'
import type { StreamedContext } from './event-sink.ts'
import { baselineSource, isPython } from './flex-source.ts'
import { predictorFunctions, predictorNames } from './predictor-functions.ts'
import { self } from './predictor-path.ts'
import { initialState } from './predictor-state.ts'
import { signatureOf } from './signature-of.ts'
import { givenFields } from './submitted-fields.ts'

export interface FlexOptions {
  /** What the code may call beside predictors, each under its name. */
  readonly tools?: readonly Tool[]
  /** Where the code runs; the context's when absent. */
  readonly interpreter?: CodeInterpreter
  /** Predictors the code may run for one input. */
  readonly maxPredictorCalls?: number // dspy 3.4.1: max_predictor_calls=100
  /** The code to begin with; one `predict` of the signature when absent. */
  readonly source?: string
}

/** What a flex learned is its source. */
interface FlexState extends PredictorState {
  readonly module_src: string
}

/**
 * A module whose implementation is what it learns: JavaScript that an optimizer may rewrite, run in a sandbox.
 *
 * 1. The code declares `async function forward(inputs)` and returns the output fields. It may call `predict(signature,
 *    inputs, instructions)` and `chain_of_thought(…)`, at most `maxPredictorCalls` times, and the tools, by their names;
 *    it reaches nothing else.
 * 2. What it returns is checked against the signature.
 * 3. Its state is `module_src`, saved as DSPy saves it. Code that DSPy wrote is Python: it is kept and saved again as it is,
 *    and run() refuses it.
 *
 * DSPy 3.4.1's `Flex` (experimental), whose code is a Python class. Differs in the language, and in that the first code is one
 * `predict` whether there are tools or not. It has no predictors that other optimizers could
 * change, as there.
 *
 * @throws ToolError `tool/definition`, ConfigurationError `configuration/invalid`; run() throws ConfigurationError
 * `configuration/missing` without an interpreter and `configuration/invalid` for Python, SandboxError `sandbox/*` of the code,
 * PredictionError `prediction/invalid` for outputs that do not fit, and what predictors and tools throw that ends a run
 * @example
 * const answer = flex('question -> answer', { tools: [search] })
 * const interpreter = quickjsInterpreter({ engine: quickjsEngine }) // of kkachi/sandbox and kkachi/node
 * await answer.run({ question }, { model, interpreter })
 */
export function flex<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options?: FlexOptions,
): Module<Inputs, Outputs>
export function flex<const Source extends string>(
  signature: Source & Checked<Source>,
  options?: FlexOptions,
): Module<InputsOf<Source>, OutputsOf<Source>>
export function flex(source: string | Signature, options: FlexOptions = {}): Module<Example, never> {
  const { tools: given = [], interpreter, maxPredictorCalls = 100 } = options
  if (!(maxPredictorCalls >= 1)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected maxPredictorCalls of at least 1, got ${maxPredictorCalls}. Leave it out for 100.`,
      { option: 'maxPredictorCalls' },
    )
  }
  const signature = signatureOf(source, {})
  const tools = codeTools(given, [...predictorNames, 'forward', 'inputs'])
  const state: FlexState = {
    ...initialState({ instructions: '', inputs: [], outputs: [] }),
    module_src: options.source ?? baselineSource(signature),
  }
  return flexModule({ signature, interpreter, maxPredictorCalls, tools: tools.functions, state })
}

interface FlexCore {
  readonly signature: Signature
  readonly interpreter: CodeInterpreter | undefined
  readonly maxPredictorCalls: number
  readonly tools: ReturnType<typeof codeTools>['functions']
  readonly state: FlexState
}

const flexModule = (core: FlexCore): Module<Example, never> => {
  const { signature, state } = core
  const forward = (input: Example, _children: unknown, context: Context) => runSource(core, input, context)
  const base = composedModule({ kind: 'flex', signature, children: {}, forward }) as Module<Example, never>
  return {
    ...base,
    state: { [self]: state },
    withState: learned => {
      const next = Object.hasOwn(learned, self) ? learned[self] : undefined
      return typeof next?.module_src === 'string'
        ? flexModule({ ...core, state: { ...next, module_src: next.module_src } })
        : flexModule(core)
    },
  }
}

const runSource = async (core: FlexCore, input: Example, context: StreamedContext): Promise<unknown> => {
  const { signature, interpreter, maxPredictorCalls, tools, state } = core
  if (isPython(state.module_src)) throw pythonSource()
  const world = {
    interpreter,
    variables: { inputs: input },
    functions: { ...tools, ...predictorFunctions(maxPredictorCalls) },
  }
  return withCodeSession(context, world, async session => {
    const { outcome, error } = await session.run(`${state.module_src}\n;await forward(inputs)`)
    if (outcome === undefined) throw error
    const given = outcome.submitted ?? outcome.value ?? null
    const { fields, issues } = givenFields(signature, given)
    if (fields !== undefined) return fields
    throw new PredictionError(
      'prediction/invalid',
      `Expected forward(inputs) of the flex to return its outputs, got: ${issues.map(({ field, problem }) => `${field}: ${problem}`).join('; ')}. Mend its source.`,
      { issues },
    )
  })
}

const pythonSource = (): ConfigurationError =>
  new ConfigurationError(
    'configuration/invalid',
    'The source of this flex is Python, which runs in DSPy alone. Load it there, or leave the file out and begin anew.',
    { option: 'source' },
  )
