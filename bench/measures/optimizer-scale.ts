import { seededRandom } from '../../src/data/seeded-random.ts'
import type { LanguageModel, ModelRequest } from '../../src/index.ts'
import { evaluate, exactMatch, noUsage, predict } from '../../src/index.ts'
import {
  auto,
  bootstrapRandomSearch,
  type Optimizer,
  type OptimizerEvent,
  optimization,
} from '../../src/optimizers/index.ts'
import type { Candidate } from '../../src/search/candidate.ts'
import { withLabeledDemos } from '../../src/search/demos.ts'
import { halve } from '../../src/search/halve.ts'
import { withInstructions } from '../../src/search/instructions.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'

const latencyMs = 50
const concurrency = 64
const mostMb = 1_000
const mostOverhead = 0.05

const colors = ['red', 'green', 'blue']
const rowsOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    text: `item ${from + index}: ${'a plain sentence that says little. '.repeat(1 + (index % 3))}`,
    label: colors[(from + index) % 3] ?? '',
  }))

/** Answers after 50 ms, right more often the more demos it is shown; the prompt model's fields get a rule. */
const slowModel = (): LanguageModel & { readonly calls: number } => {
  let calls = 0
  const answer = ({ messages }: ModelRequest): string => {
    const last = String(messages.at(-1)?.content)
    const number = Number(/item (\d+)/.exec(last)?.[1] ?? 0)
    const knows = (number * 7919) % 10 < 3 + Math.min(messages.length / 2, 5)
    const fields = Array.from(last.matchAll(/`\[\[ ## (\w+) ## \]\]`/g), match => match[1] ?? '')
    const label = colors[(number + (knows ? 0 : 1)) % 3] ?? ''
    return fields
      .map(field => `[[ ## ${field} ## ]]\n${field === 'label' ? label : `Heed rule ${calls}.`}`)
      .join('\n\n')
  }
  return {
    id: 'slow',
    async generate(request) {
      calls += 1
      const text = answer(request)
      await new Promise(resolve => setTimeout(resolve, latencyMs))
      return {
        completions: [{ text, finishReason: 'stop' }],
        usage: { ...noUsage, calls: 1, attempts: 1, inputTokens: 100, outputTokens: 10 },
      }
    },
    async *stream() {},
    get calls() {
      return calls
    },
  }
}

/** A race of 500 candidates over the training rows: the better third goes on to three times as many, the last to all. */
const halving = (count: number): Optimizer =>
  optimization('halving', 0, async function* (run) {
    let racing: readonly Candidate[] = []
    for (let index = 0; index < count; index += 1) {
      const demos = withLabeledDemos(run.program.state, run.train, 4, seededRandom(index))
      racing = [
        ...racing,
        yield* run.propose(`candidate ${index}`, withInstructions(demos, 'self', `Tell it. ${index}`)),
      ]
    }
    let rows = 20
    for (;;) {
      const asks = racing.flatMap(candidate =>
        Array.from({ length: Math.min(rows, run.train.length) }, (_, row) => ({
          candidate,
          part: 'train' as const,
          row,
        })),
      )
      const observations = yield* run.observe(asks)
      if (observations === undefined) return { cut: true }
      const each = observations.length / racing.length
      const scores: number[] = []
      for (const [place, candidate] of racing.entries()) {
        const own = observations.slice(place * each, (place + 1) * each)
        scores.push((yield* run.enter(candidate, own)).score)
      }
      if (rows >= run.train.length) break
      racing = halve(racing, scores, 4)
      rows = racing.length === 1 ? run.train.length : 3 * rows
    }
    const [best] = racing
    return best ? { state: best.state, score: run.best?.score ?? 0, cut: false } : { cut: false }
  })

interface Timed {
  readonly calls: number
  readonly seconds: number
  /** User and system time of this process. */
  readonly cpuSeconds: number
}

const timed = async (calls: () => number, work: () => PromiseLike<unknown>): Promise<Timed> => {
  const before = calls()
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpuBefore)
  return { calls: calls() - before, seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6 }
}

/** Of the time that the calls themselves take: what the optimizer adds to the work of evaluating as often. */
const overhead = (one: Timed, base: Timed): number =>
  (one.cpuSeconds / one.calls - base.cpuSeconds / base.calls) / (latencyMs / concurrency / 1000)

const run = async (): Promise<readonly Figure[]> => {
  const train = rowsOf(0, 10_000)
  const dev = rowsOf(20_000, 40)
  const student = predict("text -> label: 'red' | 'green' | 'blue'")
  const metric = exactMatch()
  const model = slowModel()
  const asked = (): number => model.calls
  const figures: Figure[] = []
  const tell = (library: string, one: Timed, base: Timed): void => {
    const added = overhead(one, base)
    const perCall = (of: Timed): number => (1e6 * of.cpuSeconds) / of.calls
    const slower = one.seconds / one.calls / (latencyMs / concurrency / 1000) - 1
    const rss = process.resourceUsage().maxRSS / 1024
    const text = [
      `${one.calls} calls in ${one.seconds.toFixed(1)} s, ${(100 * slower).toFixed(1)} % over their own time`,
      `${perCall(one).toFixed(0)} µs of CPU a call beside ${perCall(base).toFixed(0)} to evaluate, ${(100 * added).toFixed(1)} % of its time`,
      `${rss.toFixed(0)} MB at most so far`,
    ].join('; ')
    figures.push({ library, text, misses: added > mostOverhead || rss > mostMb })
    console.error(`${library}: ${text}`)
  }
  await evaluate(student, { examples: train.slice(0, 2_000), metric, model, concurrency }) // warm
  /** Evaluating with so many demos in the prompt. */
  const evaluating = (demos: number): Promise<Timed> => {
    const program = student.withState(withLabeledDemos(student.state, train, demos, undefined))
    const examples = train.slice(5_000)
    return timed(asked, () => evaluate(program, { examples, metric, model, concurrency }))
  }
  const optimize = async (
    name: string,
    optimizer: Optimizer,
    { withDev, calls, demos }: { readonly withDev: boolean; readonly calls?: number; readonly demos: number },
  ): Promise<void> => {
    const base = await evaluating(demos)
    const problem = {
      train,
      ...(withDev && { dev }),
      metric,
      model,
      concurrency,
      ...(calls !== undefined && { budget: { calls } }),
    }
    const types = new Map<OptimizerEvent['type'], number>()
    const one = await timed(asked, async () => {
      for await (const { type } of optimizer.optimize(student, problem)) types.set(type, (types.get(type) ?? 0) + 1)
    })
    tell(`${name}, ${types.get('candidate-proposed') ?? 0} candidates`, one, base)
  }
  // As many demos as its candidates have on average.
  await optimize('halving over the training rows', halving(500), { withDev: false, demos: 4 })
  await optimize('bootstrapRandomSearch', bootstrapRandomSearch({ candidates: 500 }), { withDev: true, demos: 16 })
  await optimize('auto', auto(), { withDev: true, calls: 5_000, demos: 8 })
  return figures
}

export const optimizerScale: Measure = {
  title: 'Optimizer on 10,000 rows and 500 candidates',
  aim: `under ${mostMb} MB, and under ${100 * mostOverhead} % of the time of the calls themselves`,
  how: `A model that answers after ${latencyMs} ms, ${concurrency} calls in flight; the CPU that an optimizer adds to evaluating as often in the same process, as a share of the time a call takes.`,
  run,
}

await runAlone(import.meta, optimizerScale)
