import { exactMatch, isExactMatch } from '../../src/evaluation/exact-match.ts'
import { f1, wordPrecision } from '../../src/evaluation/f1.ts'
import { hotpotF1 } from '../../src/evaluation/hotpot-f1.ts'
import { applyMetric, type Metric } from '../../src/evaluation/metric.ts'
import { normalizeAnswer } from '../../src/evaluation/normalize-answer.ts'
import { passageMatch, passageWords } from '../../src/evaluation/passage-match.ts'
import { compared, conformance, type Data, type Rule } from './conformance.ts'

/** A case and the part of the file it stands in. */
type MetricCase = { readonly part: string } & Readonly<Record<string, unknown>>

const parts = ['errors', 'pairs', 'multi', 'answer_passage_match', 'answer_exact_match', 'DPR_normalize']

const casesOf = (data: Data): MetricCase[] =>
  parts.flatMap(part => ((data[part] ?? []) as readonly object[]).map(testCase => ({ ...testCase, part })))

type Ours = Readonly<Record<string, unknown>>

const score = async (metric: Metric<object, object>, answer: unknown, predicted: unknown): Promise<number> =>
  (await applyMetric(metric, { answer }, { answer: predicted })).score

const passes = async (metric: Metric<object, object>, example: object, prediction: object): Promise<boolean> =>
  (await applyMetric(metric, example, prediction)).passed

const attempted = async (value: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await value()
  } catch {
    return 'error'
  }
}

/** What we give for each result that the case records. */
const judged: Readonly<Record<string, (testCase: MetricCase) => Promise<Ours>>> = {
  errors: async ({ fn, args }) => {
    const [prediction, truths] = args as readonly unknown[]
    return { value: await attempted(() => score(fn === 'EM' ? exactMatch() : f1(), truths, prediction)) }
  },
  pairs: async ({ prediction, truth }) => ({
    ...(await scores(prediction, truth)),
    em_score: isExactMatch({ predicted: prediction, truths: [truth] }),
    normalize_prediction: normalizeAnswer(String(prediction)),
    normalize_truth: normalizeAnswer(String(truth)),
    precision: wordPrecision(String(prediction), String(truth)),
  }),
  multi: ({ prediction, truths }) => scores(prediction, truths),
  answer_passage_match: async ({ context, answer }) => ({
    value: await passes(passageMatch(), { answer }, { context }),
  }),
  answer_exact_match: async ({ answer, pred, frac }) => {
    const metric = frac === 1 ? exactMatch() : f1({ threshold: Number(frac) })
    return { value: await attempted(() => passes(metric, { answer }, { answer: pred })) }
  },
  DPR_normalize: async ({ text }) => ({ tokens: passageWords(String(text)) }),
}

const scores = async (prediction: unknown, truth: unknown): Promise<Ours> => ({
  EM: (await score(exactMatch(), truth, prediction)) === 1,
  F1: await score(f1(), truth, prediction),
  HotPotF1: await score(hotpotF1(), truth, prediction),
})

/** What the case records under the names we give, an error as 'error'. */
const recorded = (testCase: MetricCase, ours: Ours): Ours =>
  Object.fromEntries(Object.keys(ours).map(name => [name, isError(testCase, name) ? 'error' : testCase[name]]))

const isError = (testCase: MetricCase, name: string): boolean => {
  const value = testCase[name]
  return 'error' in testCase || (typeof value === 'object' && value !== null && 'error' in value)
}

const rules: readonly Rule<MetricCase, Ours>[] = [
  {
    verdict: 'better',
    reason: 'A single right answer needs no list around it, and a number is compared like its text.',
    applies: (testCase, ours) => isError(testCase, 'value') && ours.value !== 'error',
  },
]

conformance<MetricCase>(
  'metrics',
  async testCase => {
    const ours = (await judged[testCase.part]?.(testCase)) ?? {}
    return compared(testCase, recorded(testCase, ours), ours, rules)
  },
  { cases: casesOf },
)
