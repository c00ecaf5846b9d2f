import type { Example } from '../data/example.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import type { Signature } from '../signature/signature.ts'
import type { Bound, Children } from './children.ts'
import { composedModule, type Forward } from './composed-module.ts'
import { signatureOf } from './signature-of.ts'

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
  forward: (input: never, children: never, context: Context, modules: Children) => Promise<unknown>,
): Module<Example, unknown> {
  // The overloads above hold what forward may assume about its arguments.
  const erased = forward as Forward
  return composedModule({ kind: 'program', signature: signatureOf(source, {}), children, forward: erased })
}
