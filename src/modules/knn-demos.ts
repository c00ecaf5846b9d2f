import type { UsageLedger } from '../data/usage-ledger.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Context } from '../ports/context.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { Module, ProgramEvent } from '../ports/module.ts'
import { embeddedText } from '../retrieval/embedded-text.ts'
import { once } from '../retrieval/once.ts'
import { type VectorIndex, vectorIndex } from '../retrieval/vector-index.ts'
import { demoPool, neighborsOf, withNearest } from './demo-pool.ts'

export interface KnnDemosOptions {
  readonly embedder: Embedder
  /** Rows whose demos are shown, at most; what the program's state says when absent. */
  readonly k?: number
  /**
   * What becomes of a row whose inputs are those of the call. `show` it, as one does who is asked what is known; or `hide`
   * it, so that a program scored on its training rows is not shown their answers. `show` when absent.
   */
  readonly sameInput?: 'show' | 'hide'
  /** Where what embedding costs is added up; it is not in the program's usage and budget. */
  readonly usage?: UsageLedger
}

/**
 * A program that shows its predictors, at each call, the demos of the rows nearest to the input.
 *
 * The rows are part of what the program learned: `knnFewShot` puts them into the state, and a program file carries them.
 * What is not in the file is the embedder: wrap the program that was loaded, and the index is built anew at the first
 * call. Without rows it runs as the program does.
 *
 * Its kind, signature and predictors are the program's own: what a predictor's `prompt` tells is without neighbors. A file of it loads without the wrapper too, and then
 * shows no neighbors.
 *
 * @throws ConfigurationError `configuration/invalid` for a k that is not a whole number above 0; `configuration/missing`
 *   from a call, where neither the options nor the state have one. Calls throw what embedder and program throw
 * @example
 * const program = knnDemos(await loadProgram(text), { embedder })
 * const { label } = await program.run({ text: 'Win a prize now!' }, { model })
 */
export const knnDemos = <Input, Output>(
  program: Module<Input, Output>,
  options: KnnDemosOptions,
): Module<Input, Output> => {
  const { embedder, k, sameInput = 'show', usage } = options
  if (k !== undefined && !(Number.isSafeInteger(k) && k >= 1)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected k of knnDemos() to be a whole number of at least 1, got ${k}. Write k: 3.`,
      { option: 'k' },
    )
  }
  const inputs = program.signature.inputs.map(({ name }) => name)
  const pool = demoPool(program.state, inputs)
  const asking = (signal: AbortSignal | undefined) => ({ ...(signal && { signal }), ...(usage && { usage }) })

  const indexFor = once(
    async ({ signal }: { readonly signal?: AbortSignal | undefined }): Promise<VectorIndex<null>> => {
      const index = vectorIndex<null>({ embedder: embedder.id })
      const vectors = await embedder.embed(pool.texts, asking(signal))
      index.add(pool.texts.map((id, row) => ({ id, vector: vectors[row] ?? new Float32Array(), metadata: null })))
      return index
    },
  )

  /** The program with the demos for one input in place. */
  const forInput = async (input: Input, { signal }: Context): Promise<Module<Input, Output>> => {
    const wanted = k ?? neighborsOf(program.state)
    if (pool.texts.length === 0 || typeof input !== 'object' || input === null) return program
    if (wanted === undefined) {
      throw new ConfigurationError(
        'configuration/missing',
        'The state does not say how many neighbors to show. Write knnDemos(program, { embedder, k: 3 }).',
        { option: 'k' },
      )
    }
    const index = await indexFor({ signal })
    const text = embeddedText(input, inputs)
    const [vector = new Float32Array()] = await embedder.embed([text], asking(signal))
    const filter = sameInput === 'hide' ? ({ id }: { readonly id: string }) => id !== text : undefined
    const matches = index.search(vector, { k: wanted, ...(filter && { filter }) })
    return program.withState(
      withNearest(
        program.state,
        pool,
        matches.map(({ id }) => id),
      ),
    )
  }

  return {
    kind: program.kind,
    signature: program.signature,
    predictors: program.predictors,
    state: program.state,
    run: async (input, context) => (await forInput(input, context)).run(input, context),
    async *stream(input, context): AsyncGenerator<ProgramEvent<Output>, void, undefined> {
      yield* (await forInput(input, context)).stream(input, context)
    },
    withState: state => knnDemos(program.withState(state), options),
  }
}
