import {
  auto,
  type Context,
  cached,
  evaluate,
  exactMatch,
  KkachiError,
  loadProgram,
  predict,
  type ScoredCandidate,
  type Storage,
  saveProgram,
  type UsageLedger,
  usageLedger,
} from '../../src/index.ts'
import type { WorkerModel } from '../inference/worker-model.ts'
import { type CandidateRow, type PageStore, type RunRecord, type Score, startingState } from './page-state.ts'
import type { Review } from './sample-data.ts'

/** What the sample program takes and gives, and the program as written. */
const student = predict('text -> label')
type Program = typeof student

const sampling = { temperature: 0, maxTokens: 48 } as const
/** Calls in flight: the worker answers one at a time, a few keep it busy. */
const concurrency = 4
const metric = exactMatch()

export interface SessionParts {
  readonly model: WorkerModel
  /** Every answer, so that a run goes on where a reload cut it short. */
  readonly answers: Storage
  readonly data: {
    readonly train: readonly Review[]
    readonly dev: readonly Review[]
    readonly test: readonly Review[]
  }
  readonly store: PageStore
  readonly keep: () => Promise<void>
  /** Milliseconds. */
  readonly now: () => number
}

/** What the user can do. One piece of work at a time; failures end up in the state, never in the console alone. */
export interface Session {
  optimize(): Promise<void>
  measure(which: 'before' | 'after'): Promise<void>
  stop(): void
  importFile(text: string): Promise<void>
  /** Asks the program as written and the kept one; `tell` hears each answer as it grows. */
  ask(text: string, tell: (who: 'as written' | 'optimized' | 'imported', answer: string) => void): Promise<void>
  forget(): Promise<void>
}

export const session = ({ model: worker, answers, data, store, keep, now }: SessionParts): Session => {
  const model = cached(worker, { storage: answers })
  let controller: AbortController | undefined

  const kept = async (): Promise<Program | undefined> => {
    const { program } = store.state
    return program && loadProgram(program.file, student)
  }

  /** Runs one piece of work and says how it ended, once that is kept; `over` notes in the state what it came to. */
  const working = async (
    about: string,
    work: (context: Context & { usage: UsageLedger }) => Promise<string>,
    { showsSpending = true, over = () => {} } = {},
  ): Promise<void> => {
    if (controller) return
    const own = new AbortController()
    controller = own
    const usage = usageLedger()
    const started = now()
    const spent = (): void => {
      if (!showsSpending) return
      const { calls, cachedCalls, inputTokens, outputTokens } = usage.total
      const tokens = inputTokens + outputTokens
      store.change({ spending: { calls, cached: cachedCalls, tokens, seconds: (now() - started) / 1000 } })
    }
    const clock = setInterval(spent, 250)
    store.change({ work: { about, done: 0, total: 0 }, problem: undefined, note: undefined })
    try {
      await sameModel(own.signal)
      const note = await work({ model, sampling, signal: own.signal, usage })
      store.change({ note })
    } catch (error) {
      if (own.signal.aborted) store.change({ note: 'Stopped. What was found so far is kept.' })
      else store.change({ problem: problemOf(error) })
    } finally {
      clearInterval(clock)
      spent()
      over()
      await keep().catch(error => store.change({ problem: problemOf(error) }))
      controller = undefined
      store.change({ work: undefined })
    }
  }

  /** Scores of a model that was trained anew are no scores of this one. */
  const sameModel = async (signal: AbortSignal): Promise<void> => {
    const identity = await Promise.race([worker.identity(), aborted(signal)])
    if (identity !== store.state.model) store.change({ model: identity, before: undefined, after: undefined })
  }

  const score = async (program: Program, about: string, context: Context): Promise<Score> => {
    const evaluation = evaluate(program, { ...context, examples: data.test, metric, concurrency })
    for await (const event of evaluation) {
      if (event.type === 'example-finished') {
        store.change({ work: { about, done: event.finished, total: event.total } })
      }
    }
    return scoreOf(await evaluation)
  }

  const measured = async (which: 'before' | 'after', context: Context): Promise<void> => {
    const program = which === 'before' ? student : await kept()
    if (!program) return
    const about = `Held-out reviews, ${which === 'before' ? 'the program as written' : 'the optimized program'}`
    store.change({ [which]: await score(program, about, context) })
  }

  const adopt = async (best: Pick<ScoredCandidate, 'state' | 'score'>, seed: number): Promise<void> => {
    const provenance = { optimizer: 'auto', seed, model: worker.id, metric: 'exact-match', devScore: best.score }
    const file = await saveProgram(student.withState(best.state), { adapter: 'chat', provenance })
    if (file === store.state.program?.file) return
    store.change({ program: { file, origin: 'optimized' }, after: undefined })
  }

  const search = async (context: Context, settings: RunRecord['settings']): Promise<string> => {
    const { calls, seed } = settings
    const run = auto({ seed, maxDemos: 8 }).optimize(student, {
      ...context,
      ...{ train: data.train, dev: data.dev, metric, concurrency, budget: { calls } },
    })
    let about = 'Optimizing'
    for await (const event of run) {
      if (event.type === 'demo-tried') {
        store.change({ work: { about: 'Looking for examples to show', done: event.row + 1, total: data.train.length } })
      } else if (event.type === 'round-started') {
        store.change({ work: { about: `${event.name} ${event.round + 1}`, done: 0, total: 0 } })
      } else if (event.type === 'candidate-proposed') about = `Scoring: ${event.candidate.label}`
      else if (event.type === 'example-evaluated') {
        store.change({ work: { about, done: event.finished, total: event.total } })
      } else if (event.type === 'candidate-evaluated') {
        const candidates = [...(store.state.run?.candidates ?? []), rowOf(event.candidate)]
        store.change({ run: { status: 'running', settings, candidates } })
        await adopt(event.best, seed)
        await keep()
      }
    }
    // What led once need not have won.
    const { outcome, state, score } = await run
    if (score !== undefined) await adopt({ state, score }, seed)
    return outcome === 'stopped' || outcome === 'budget' ? 'The calls were used up; the best so far is kept.' : 'Done.'
  }

  return {
    async optimize() {
      if (controller) return
      const { settings } = store.state
      const before = store.state.run
      const work = async (context: Context): Promise<string> => {
        store.change({ run: { status: 'running', settings, candidates: [] } })
        await keep()
        if (!store.state.before) await measured('before', context)
        const note = await search(context, settings)
        if (!store.state.after) await measured('after', context)
        const { run } = store.state
        if (run) store.change({ run: { ...run, status: 'finished' } })
        return note
      }
      const over = (): void => {
        const { run, problem } = store.state
        if (run?.status !== 'running') return
        const last = run.candidates.length === 0 && before ? before : run
        store.change({ run: { ...last, status: problem ? 'failed' : 'stopped' } })
      }
      await working('Loading the model', work, { over })
    },
    measure: which =>
      working('Loading the model', async context => {
        await measured(which, context)
        return 'Measured.'
      }),
    stop: () => controller?.abort(),
    async importFile(text) {
      try {
        const program = await loadProgram(text, student)
        const file = await saveProgram(program, { adapter: 'chat', provenance: { imported: true } })
        store.change({ program: { file, origin: 'imported' }, after: undefined, problem: undefined })
        await keep()
        store.change({ note: 'Imported.' })
      } catch (error) {
        store.change({ problem: problemOf(error) })
      }
    },
    ask: (text, tell) =>
      working(
        'Asking',
        async context => {
          const learned = await kept()
          await told(student, text, context, answer => tell('as written', answer))
          if (learned)
            await told(learned, text, context, answer => tell(store.state.program?.origin ?? 'optimized', answer))
          return 'Answered.'
        },
        { showsSpending: false },
      ),
    async forget() {
      if (controller) return
      try {
        for await (const key of answers.list('')) await answers.delete(key)
        store.change({ ...startingState, ...nothingKept, note: undefined })
        await keep()
        store.change({ note: 'Forgotten.' })
      } catch (error) {
        store.change({ problem: problemOf(error) })
      }
    },
  }
}

const nothingKept = {
  ...{ model: undefined, run: undefined, program: undefined, before: undefined, after: undefined },
  ...{ spending: undefined, problem: undefined },
} as const

/** Rejects when the user stops. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

const told = async (
  program: Program,
  text: string,
  context: Context,
  tell: (answer: string) => void,
): Promise<void> => {
  let answer = ''
  tell(answer)
  for await (const event of program.stream({ text }, context)) {
    if (event.type === 'field') answer += event.delta
    if (event.type === 'reset') answer = ''
    if (event.type === 'prediction') answer = event.prediction.label
    tell(answer)
  }
}

const scoreOf = ({ score, low, high, n }: Score): Score => ({ score, low, high, n })

const rowOf = ({ index, label, score, low, high, calls, scores }: ScoredCandidate): CandidateRow => ({
  ...{ index, label, score, low, high, calls },
  n: scores.length,
})

const problemOf = (error: unknown): string =>
  KkachiError.is(error) || error instanceof Error ? error.message : String(error)
