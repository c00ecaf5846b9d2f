import { evaluate } from '../../src/evaluation/evaluate.ts'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import type { OptimizationResult, Optimizer } from '../../src/optimizers/optimizer.ts'
import type { Module, PredictorState, ProgramState } from '../../src/ports/module.ts'
import { collectTrace } from '../../src/search/collect-trace.ts'
import { type Answer, type FakeCall, fakeModel, programOf, type Question } from './bootstrap-programs.ts'
import { compared, conformance, type Data, vectors } from './conformance.ts'

interface BootstrapVectors {
  readonly programs: Readonly<Record<string, string>>
  readonly trainset: readonly (Question & Answer)[]
  readonly valset: readonly (Question & Answer)[]
  readonly evaluate_zero_shot_val: { readonly score: number; readonly per_example: readonly boolean[] }
}

interface BootstrapCase {
  readonly optimizer: string
  readonly args: Readonly<Record<string, unknown>>
  readonly program: string
  readonly lm_calls: number
  /** DSPy's saved state: of the predictor itself where it is the whole program, else by path. */
  readonly state: Readonly<Record<string, unknown>>
  readonly first_calls: readonly FakeCall[]
  readonly candidates?: readonly {
    readonly seed: number
    readonly score: number
    readonly subscores: readonly number[]
    readonly demos: Readonly<Record<string, readonly string[]>>
    readonly augmented: Readonly<Record<string, number>>
  }[]
}

const {
  programs,
  trainset: train,
  valset,
} = (vectors('bootstrap') ?? {
  programs: {},
  trainset: [],
  valset: [],
}) as unknown as BootstrapVectors
const metric = (example: Answer, prediction: Answer) => example.answer === prediction.answer

/** DSPy's optimizer and settings as ours. */
const optimizerOf = ({ optimizer, args }: BootstrapCase): Optimizer => {
  const { valset: _, num_threads: __, ...settings } = args
  const named = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      optionOf(name),
      name === 'stop_at_score' ? Number(value) / 100 : value,
    ]),
  )
  if (optimizer === 'LabeledFewShot') return labeledFewShot(named)
  if (optimizer === 'BootstrapFewShot') return bootstrapFewShot(named)
  if (optimizer === 'BootstrapFewShotWithRandomSearch') return bootstrapRandomSearch(named)
  throw new RangeError(`Expected an optimizer this test knows, got ${optimizer}. Write it here.`)
}

const options: Readonly<Record<string, string>> = {
  k: 'k',
  sample: 'sample',
  max_bootstrapped_demos: 'maxBootstrappedDemos',
  max_labeled_demos: 'maxLabeledDemos',
  max_rounds: 'maxIterations',
  metric_threshold: 'metricThreshold',
  num_candidate_programs: 'candidates',
  stop_at_score: 'stopAtScore',
}

const optionOf = (name: string): string => {
  const option = options[name]
  if (option === undefined) throw new RangeError(`Expected a setting this test knows, got ${name}. Write it here.`)
  return option
}

/** DSPy's number for a candidate. */
const seedOf = (label: string): number => {
  const fixed = ['zero-shot', 'labeled demos', 'bootstrap'].indexOf(label)
  return fixed >= 0 ? fixed - 3 : Number(/^bootstrap, shuffle (\d+)$/.exec(label)?.[1])
}

/** DSPy's state by the path of its predictors. */
const statesOf = (state: BootstrapCase['state']): Readonly<Record<string, PredictorState>> =>
  ('demos' in state ? { self: state } : state) as Readonly<Record<string, PredictorState>>

/**
 * What stands for a demo when it is compared: the row it was made of where its predictor answers several times in one
 * run, for which of these answers DSPy takes depends on the bytes of a Python pickle; else its own value.
 */
type Standing = (path: string, question: unknown, demo: unknown) => unknown

const standingOf = async (student: Module<Question, Answer>): Promise<Standing> => {
  const rows = new Map<string, number>()
  const repeated = new Set<string>()
  for (const [row, { question }] of train.entries()) {
    const collector = collectTrace()
    await student.run({ question }, { model: fakeModel().model, tracer: collector.tracer })
    const trace = collector.trace()
    for (const [index, { path, input }] of trace.entries()) {
      rows.set(`${path} ${input.question}`, row)
      if (trace.findIndex(step => step.path === path) < index) repeated.add(path)
    }
  }
  return (path, question, demo) =>
    repeated.has(path) ? { row: rows.get(`${path} ${question}`) ?? `none, ${question}` } : demo
}

const demosOf = (states: ProgramState, standing: Standing) =>
  mapValues(states, ({ demos }, path) =>
    demos.map(demo => (demo.augmented === true ? standing(path, demo.question, demo) : demo)),
  )

const candidatesOf = ({ candidates }: OptimizationResult<Question, Answer>, standing: Standing) =>
  candidates.map(({ label, score, scores, state }) => ({
    seed: seedOf(label),
    score: Math.round(score * 10_000) / 100,
    subscores: scores,
    demos: mapValues(state, ({ demos }, path) =>
      demos.map(({ question, augmented }) => (augmented === true ? standing(path, question, question) : question)),
    ),
    augmented: mapValues(state, ({ demos }) => demos.filter(demo => demo.augmented === true).length),
  }))

const expectedCandidates = ({ candidates = [] }: BootstrapCase, standing: Standing) =>
  candidates.map(candidate => ({
    ...candidate,
    demos: mapValues(candidate.demos, (questions, path) =>
      questions.map((question, place) =>
        place < (candidate.augmented[path] ?? 0) ? standing(path, question, question) : question,
      ),
    ),
  }))

const mapValues = <Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Record<string, Result> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))

const judge = async (testCase: BootstrapCase) => {
  const { model, asked } = fakeModel()
  const student = programOf(testCase.program, programs[testCase.program] ?? '')
  const standing = await standingOf(student)
  const dev = testCase.args.valset === 'val' ? { dev: valset } : {}
  const result = await optimizerOf(testCase).optimize(student, { train, ...dev, metric, model, concurrency: 1 })
  const expected = {
    demos: demosOf(statesOf(testCase.state), standing),
    candidates: expectedCandidates(testCase, standing),
    firstCalls: testCase.first_calls,
    calls: testCase.lm_calls,
  }
  const ours = {
    demos: demosOf(result.state, standing),
    candidates: candidatesOf(result, standing),
    firstCalls: asked.slice(0, testCase.first_calls.length),
    calls: asked.length,
  }
  const selects = compared(testCase, { ...expected, calls: ours.calls }, ours).verdict === 'same'
  return compared(testCase, expected, ours, [
    {
      verdict: 'better',
      reason: 'The same demos for fewer calls: a candidate equal to one before is not run again.',
      applies: () => selects && ours.calls < testCase.lm_calls,
    },
  ])
}

const zeroShot = (data: Data) =>
  [(data as Partial<BootstrapVectors>).evaluate_zero_shot_val].filter(recorded => recorded !== undefined)

conformance<BootstrapCase>('bootstrap', judge)

conformance<BootstrapVectors['evaluate_zero_shot_val']>(
  'bootstrap',
  async testCase => {
    const [name = '', description = ''] = Object.entries(programs)[0] ?? []
    const result = await evaluate(programOf(name, description), { examples: valset, metric, model: fakeModel().model })
    return compared(testCase, testCase, {
      score: Math.round(result.score * 10_000) / 100,
      per_example: result.results.map(({ passed }) => passed),
    })
  },
  { name: 'bootstrap, evaluation', cases: zeroShot },
)
