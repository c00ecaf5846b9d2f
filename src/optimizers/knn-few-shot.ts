import { task } from '../data/task.ts'
import type { UsageLedger } from '../data/usage-ledger.ts'
import { withPool } from '../modules/demo-pool.ts'
import { knnDemos } from '../modules/knn-demos.ts'
import type { Embedder } from '../ports/embedder.ts'
import { cachedEmbedder } from '../retrieval/cached-embedder.ts'
import { embeddedText } from '../retrieval/embedded-text.ts'
import type { Teacher } from '../search/few-shot.ts'
import type { Signature } from '../signature/signature.ts'
import { confirmOnDev } from './confirm-on-dev.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { poolDemos } from './knn-pool.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface KnnFewShotOptions {
  /** Rows shown at each call, at most. */
  readonly k: number
  readonly embedder: Embedder
  /** Rows whose own good runs become demos, at most; all of the training set when absent, 0 runs nothing. */
  readonly maxBootstrappedDemos?: number
  /** Rows that are shown as they are labeled, at most, of those that did not become one; all when absent. */
  readonly maxLabeledDemos?: number
  /** Times a row is tried until it succeeds; from the second on at temperature 1. */
  readonly maxIterations?: number // dspy 3.4.1: max_rounds=1
  /** The score from which a run becomes a demo; what the metric says has passed when absent. */
  readonly metricThreshold?: number // dspy 3.4.1: None
  /** Who makes the demos; the student that is shown the nearest labeled rows when absent. */
  readonly teacher?: Teacher
  readonly seed?: number // dspy 3.4.1: 0
  /** Where what embedding costs is added up: it is not in the usage and the budget of the run. */
  readonly usage?: UsageLedger
}

/**
 * Shows each input its nearest training rows as demos: those the program answered well as it answered them, the others as
 * they are labeled. The program of the result is `knnDemos` of the student, and what it learned is data: a program file
 * carries the rows, and `knnDemos(await loadProgram(text), { embedder })` brings it back elsewhere.
 *
 * Costs at most `maxIterations` runs of the program for each training row, once; nothing but one embedding at a call. The
 * student's own demos stay in front.
 *
 * Differs from DSPy 3.4.1 (`KNNFewShot`):
 * - rows are bootstrapped once, over the whole training set, where DSPy runs the program anew on the neighbors of every
 *   single input; the limits of demos are therefore of the whole set, and `k` is the limit of a call;
 * - the teacher of a row is shown its nearest labeled rows, never the row itself;
 * - the result can be saved;
 * - with a development set the student and the result are scored on it, and the result is kept only if it is better; there
 *   a row with the inputs of a training row is not shown that row.
 *
 * @see Liu et al. 2022, arXiv:2101.06804, for demos that are near the input
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const { program } = await knnFewShot({ k: 3, embedder }).optimize(student, { train, dev, metric, model })
 */
export const knnFewShot = (options: KnnFewShotOptions): Optimizer => {
  const { k, embedder, seed = 0, usage } = options
  whole('k', k, 1)
  whole('maxBootstrappedDemos', options.maxBootstrappedDemos ?? 0, 0)
  whole('maxLabeledDemos', options.maxLabeledDemos ?? 0, 0)
  whole('maxIterations', options.maxIterations ?? 1, 1)
  wholeSeed(seed)
  const name = 'knn-few-shot'
  return {
    name,
    optimize: (program, problem) =>
      task(async function* (leaving) {
        // Candidates come and go, the rows stay: their vectors are asked for once.
        const maxEntries = Math.max(10_000, problem.train.length + (problem.dev?.length ?? 0))
        const shared = { k, embedder: cachedEmbedder(embedder, { maxEntries }), ...(usage && { usage }) }
        const search = optimization(name, seed, run =>
          confirmOnDev(run, async function* () {
            const { pool, cut } = yield* poolDemos(run, options)
            const isEmpty = [...pool.values()].every(demos => demos.length === 0)
            if (isEmpty) return { label: name, cut }
            return { label: name, state: withPool(run.program.state, k, path => pool.get(path) ?? []), cut }
          }),
        )
        const signal = problem.signal ? AbortSignal.any([problem.signal, leaving]) : leaving
        const run = search.optimize(knnDemos(program, { ...shared, sameInput: 'hide' }), { ...problem, signal })
        for await (const event of run) {
          yield event
          // All rows at once, and before any of them is run: who is embedded first decides nothing.
          if (event.type === 'run-started') await embedRows(program.signature, problem, { ...shared, signal })
        }
        const result = await run
        return { ...result, program: knnDemos(program, shared).withState(result.state) }
      }),
  }
}

const embedRows = async (
  { inputs }: Signature,
  { train, dev = [] }: { readonly train: readonly object[]; readonly dev?: readonly object[] },
  {
    embedder,
    usage,
    signal,
  }: { readonly embedder: Embedder; readonly usage?: UsageLedger; readonly signal: AbortSignal },
): Promise<void> => {
  const names = inputs.map(({ name }) => name)
  const texts = [...train, ...dev].map(row => embeddedText(row, names))
  await embedder.embed([...new Set(texts)], { signal, ...(usage && { usage }) })
}
