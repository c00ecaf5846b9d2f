import type { Example } from '../data/example.ts'
import { usageLedger } from '../data/usage-ledger.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule, Module, PredictorState, ProgramState } from '../ports/module.ts'
import { checkInput } from '../signature/check-input.ts'
import type { Signature } from '../signature/signature.ts'
import { bind } from './bind.ts'
import { type Children, type Leaf, leavesOf, mapChildren } from './children.ts'
import { eventSink, type StreamedContext } from './event-sink.ts'
import { hasPredictionDetails, setPredictionDetails } from './prediction-details.ts'
import { joinPath, self } from './predictor-path.ts'
import { streamRun } from './stream-run.ts'

/** What a composed module does; `children` are bound as the tree has them, `modules` is the tree with what it learned. */
export type Forward = (input: Example, children: unknown, context: Context, modules: Children) => Promise<unknown>

export interface Composed {
  /** `program`, or the name of a built-in module made of others. */
  readonly kind: string
  readonly signature: Signature
  readonly children: Children
  readonly forward: Forward
}

/**
 * A module made of others: what `program()` gives, and what the built-in modules with children are.
 *
 * The names of the children are the paths of their predictors. `forward` gets them bound to the run's context, which it
 * gets too: with the run's usage and the tracer of its own span.
 */
export const composedModule = ({ kind, signature, children, forward }: Composed): Module<Example, unknown> => {
  const leaves = leavesOf(children)
  const paths = new Map(leaves.map(leaf => [leaf.module, leaf.path]))
  const predictors = leaves.flatMap(({ path, module }) =>
    module.predictors.map(predictor => ({ ...predictor, path: joinPath(path, predictor.path) })),
  )
  const run = (input: Example, context: Context): Promise<unknown> =>
    runComposed({ kind, signature, children, forward, paths }, input, context)
  return {
    kind,
    signature: signature as Signature<Example, unknown>,
    predictors,
    state: Object.fromEntries(
      leaves.flatMap(({ path, module }) =>
        Object.entries(module.state).map(([inner, state]) => [joinPath(path, inner), state]),
      ),
    ),
    run,
    stream: (input, context) => streamRun(streamed => run(input, streamed), context),
    withState: state => composedModule({ kind, signature, children: withLearned(children, leaves, state), forward }),
  }
}

interface Composition extends Composed {
  readonly paths: ReadonlyMap<AnyModule, string>
}

const runComposed = async (
  { kind, signature, children, forward, paths }: Composition,
  input: Example,
  context: StreamedContext,
): Promise<unknown> => {
  context.signal?.throwIfAborted()
  checkInput(signature, input)
  const path = context.path ?? self
  const usage = usageLedger(context.usage)
  const span = context.tracer?.start({ kind: 'program', name: path, input })
  const inner: StreamedContext = span === undefined ? { ...context, usage } : { ...context, usage, tracer: span.tracer }
  const bound = mapChildren(children, module =>
    bind(module, { ...inner, path: joinPath(context.path, paths.get(module) ?? self) }),
  )
  const sink = context[eventSink]
  try {
    await sink?.({ type: 'module-started', path, kind })
    const output = asPrediction(await forward(input, bound, inner, children))
    setPredictionDetails(output, {
      usage: usage.total,
      completions: [output],
      answers: [],
      messages: [],
      reasoning: undefined,
    })
    span?.end({ output, usage: usage.total })
    await sink?.({ type: 'module-finished', path, kind })
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
    for (const name of Object.keys(module.state)) {
      const full = joinPath(path, name)
      const own = Object.hasOwn(state, full) ? state[full] : undefined
      if (own !== undefined) inner[name] = own
    }
    learned.set(module, Object.keys(inner).length === 0 ? module : module.withState(inner))
  }
  return mapChildren(children, module => learned.get(module) ?? module) as Children
}
