import type { Example } from '../data/example.ts'
import { usageLedger } from '../data/usage-ledger.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule, Module, PredictorState, ProgramState } from '../ports/module.ts'
import { checkInput } from '../signature/check-input.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import type { Signature } from '../signature/signature.ts'
import { bind } from './bind.ts'
import { type Bound, type Children, type Leaf, leavesOf, mapChildren } from './children.ts'
import { hasPredictionDetails, setPredictionDetails } from './prediction-details.ts'
import { joinPath, self } from './predictor-path.ts'
import { signatureOf } from './signature-of.ts'
import { streamRun } from './stream-run.ts'

/**
 * Composes modules: `forward` is plain code that calls the children, which arrive bound to the caller's context and to
 * what they learned. It may return more than the signature says.
 *
 * The names of the children are the paths of their predictors in program files, as in DSPy: `hop.predict`,
 * `steps[0].predict`, `by_name['x']`.
 *
 * @throws SignatureError when the signature is wrong; run() throws what the children throw, PredictionError
 * `prediction/input`, and ConfigurationError `configuration/invalid` when forward returns no object
 * @example
 * const rag = program(
 *   'question -> answer',
 *   { hop: chainOfThought('question -> query'), answer: chainOfThought('context: string[], question -> answer') },
 *   async ({ question }, { hop, answer }, { signal }) => {
 *     const { query } = await hop({ question })
 *     return answer({ context: await search(query, signal), question })
 *   },
 * )
 */
export function program<Inputs, Outputs, const Tree extends Children, Output extends Outputs>(
  signature: Signature<Inputs, Outputs>,
  children: Tree,
  forward: (input: Inputs, children: Bound<Tree>, context: Context) => Promise<Output>,
): Module<Inputs, Output>
export function program<const Source extends string, const Tree extends Children, Output extends OutputsOf<Source>>(
  signature: Source & Checked<Source>,
  children: Tree,
  forward: (input: InputsOf<Source>, children: Bound<Tree>, context: Context) => Promise<Output>,
): Module<InputsOf<Source>, Output>
export function program(
  source: string | Signature,
  children: Children,
  forward: (input: never, children: never, context: Context) => Promise<unknown>,
): Module<Example, unknown> {
  // The overloads above hold what forward may assume about its arguments.
  const erased = forward as (input: Example, children: unknown, context: Context) => Promise<unknown>
  return composed(signatureOf(source, {}), children, erased)
}

type Forward = (input: Example, children: unknown, context: Context) => Promise<unknown>

const composed = (signature: Signature, children: Children, forward: Forward): Module<Example, unknown> => {
  const leaves = leavesOf(children)
  const paths = new Map(leaves.map(leaf => [leaf.module, leaf.path]))
  const predictors = leaves.flatMap(({ path, module }) =>
    module.predictors.map(predictor => ({ ...predictor, path: joinPath(path, predictor.path) })),
  )
  const run = (input: Example, context: Context): Promise<unknown> =>
    runProgram({ signature, children, forward, paths }, input, context)
  return {
    kind: 'program',
    signature: signature as Signature<Example, unknown>,
    predictors,
    state: Object.fromEntries(predictors.map(({ path, state }) => [path, state])),
    run,
    stream: (input, context) => streamRun(streamed => run(input, streamed), context),
    withState: state => composed(signature, withLearned(children, leaves, state), forward),
  }
}

interface Composition {
  readonly signature: Signature
  readonly children: Children
  readonly forward: Forward
  readonly paths: ReadonlyMap<AnyModule, string>
}

const runProgram = async (
  { signature, children, forward, paths }: Composition,
  input: Example,
  context: Context,
): Promise<unknown> => {
  context.signal?.throwIfAborted()
  checkInput(signature, input)
  const usage = usageLedger(context.usage)
  const span = context.tracer?.start({ kind: 'program', name: context.path ?? self, input })
  const inner: Context = span === undefined ? { ...context, usage } : { ...context, usage, tracer: span.tracer }
  const bound = mapChildren(children, module =>
    bind(module, { ...inner, path: joinPath(context.path, paths.get(module) ?? self) }),
  )
  try {
    const output = asPrediction(await forward(input, bound, inner))
    setPredictionDetails(output, {
      usage: usage.total,
      completions: [output],
      answers: [],
      messages: [],
      reasoning: undefined,
    })
    span?.end({ output, usage: usage.total })
    return output
  } catch (error) {
    span?.end({ error, usage: usage.total })
    throw error
  }
}

/** What forward returned, as an object of its own: a child's prediction keeps what is known about it. */
const asPrediction = (output: unknown): Example => {
  if (typeof output !== 'object' || output === null) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected forward to return an object of fields, got ${output === null ? 'null' : typeof output}. Return { answer }.`,
      { option: 'forward' },
    )
  }
  return hasPredictionDetails(output) ? { ...output } : (output as Example)
}

/** The children with what a state knows about their predictors; the others as they are. */
const withLearned = (children: Children, leaves: readonly Leaf[], state: ProgramState): Children => {
  const learned = new Map<AnyModule, AnyModule>()
  for (const { path, module } of leaves) {
    const inner: Record<string, PredictorState> = {}
    for (const predictor of module.predictors) {
      const full = joinPath(path, predictor.path)
      const own = Object.hasOwn(state, full) ? state[full] : undefined
      if (own !== undefined) inner[predictor.path] = own
    }
    learned.set(module, Object.keys(inner).length === 0 ? module : module.withState(inner))
  }
  return mapChildren(children, module => learned.get(module) ?? module) as Children
}
