import { interleaved, median, ratio } from '../statistics.ts'
import { type AnswerForm, answerForms } from './answer-forms.ts'
import type { Contestants } from './contestants.ts'
import { cpuOf } from './cpu-time.ts'
import { atLeast, ms, type Part, times } from './figure.ts'
import type { BenchPrompt } from './workload.ts'

/** What each form of answer has to reach. */
const bars: Readonly<Record<string, { readonly scratch: number; readonly best?: number }>> = {
  json1: { scratch: 12 },
  json3: { scratch: 8, best: 3.5 },
  chat: { scratch: 8, best: 3.5 },
}

export interface AnswersOptions {
  readonly rounds: number
  /** Examples that transformers.js answers from scratch each round, and at its best three times as many; of average length. */
  readonly fromScratch: number
}

/** A development set of 50 examples, answered in three forms. */
export const answersPart = async (contestants: Contestants, { rounds, fromScratch }: AnswersOptions): Promise<Part> => {
  const rows: string[][] = []
  const lines: Part['lines'][number][] = []
  for (const form of answerForms) {
    const { scratch, best, ours, equal, tokens } = await measured(contestants, form, rounds, fromScratch)
    const bar = bars[form.name]
    const overScratch = ratio(scratch, ours)
    const overBest = ratio(best, ours)
    const cells = [scratch, best, ours].map(values => ms(median(values)))
    rows.push([form.name, tokens.toFixed(0), ...cells, times(overScratch), times(overBest), equal])
    if (bar !== undefined)
      lines.push(atLeast(`${form.name}: transformers.js from scratch / Kkachi`, overScratch, bar.scratch))
    if (bar?.best !== undefined)
      lines.push(atLeast(`${form.name}: transformers.js at its best / Kkachi`, overBest, bar.best))
    lines.push({ what: `${form.name}: the same tokens`, bar: 'all', found: equal, holds: isAll(equal) })
  }
  return {
    title: 'A development set of 50 examples',
    how: `${answerForms.map(({ name, how }) => `${name}: ${how}`).join('; ')}. The CPU time of a request in ms, the shared beginning counted in for those who share it. transformers.js draws under the same constraint; its few examples are those whose answers are about as long as the mean; at its best it is given the state of the shared beginning, cloned for each request, and the forced beginning of the answer as part of the prompt.`,
    head: [
      '',
      'tokens',
      'transformers.js from scratch',
      'at its best',
      'Kkachi',
      'scratch / Kkachi',
      'best / Kkachi',
      'same tokens',
    ],
    rows,
    lines,
  }
}

const isAll = (equal: string): boolean => equal.split(' of ').every((part, _, [first]) => part === first)

const measured = async (
  { peer, ours, prompts, constraintOf }: Contestants,
  form: AnswerForm,
  rounds: number,
  few: number,
) => {
  const makeConstraint = () => constraintOf(form)
  const answers = new Map<string, readonly (readonly number[])[]>()
  const first = prompts[0]
  if (first === undefined) throw new Error('Expected prompts.')
  let prefix = await peer.prefix(first)
  const all = () => ours.fresh(engine => engine.answers(prompts, makeConstraint))
  const typical = nearestToMean((await all()).map(answer => answer.length))
  const asked = { scratch: typical.slice(0, few), best: typical.slice(0, 3 * few) }
  const each = async (name: 'scratch' | 'best', answer: (prompt: BenchPrompt) => Promise<readonly number[]>) => {
    const given: (readonly number[])[] = []
    for (const index of asked[name]) given.push(await answer(prompts[index] ?? first))
    return given
  }
  const run = {
    scratch: () => each('scratch', prompt => peer.fromScratch(prompt, makeConstraint)),
    best: () => each('best', prompt => peer.fromPrefix(prefix, prompt, makeConstraint)),
    ours: all,
  }
  const names = ['scratch', 'best', 'ours'] as const
  const found = await interleaved(names, rounds, async name => {
    let given: readonly (readonly number[])[] = []
    const spent = await cpuOf(async () => {
      given = await run[name]()
    })
    answers.set(name, given)
    if (name !== 'best') return spent / given.length
    const once = await cpuOf(async () => {
      prefix = await peer.prefix(first)
    })
    return spent / given.length + once / prompts.length
  })
  const right = answers.get('ours') ?? []
  const isSame = (name: 'scratch' | 'best'): number =>
    (answers.get(name) ?? []).filter((answer, place) => answer.join() === right[asked[name][place] ?? -1]?.join())
      .length
  return {
    scratch: found.get('scratch') ?? [],
    best: found.get('best') ?? [],
    ours: found.get('ours') ?? [],
    equal: `${isSame('scratch') + isSame('best')} of ${4 * few}`,
    tokens: right.reduce((sum, answer) => sum + answer.length, 0) / right.length,
  }
}

/** The places of the answers, those first that are about as long as the mean: their cost is that of an average request. */
const nearestToMean = (lengths: readonly number[]): readonly number[] => {
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
  const far = (index: number): number => Math.abs((lengths[index] ?? 0) - mean)
  return [...lengths.keys()].sort((a, b) => far(a) - far(b))
}
