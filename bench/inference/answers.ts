import { interleaved, median, ratio } from '../statistics.ts'
import { type AnswerForm, answerForms } from './answer-forms.ts'
import type { Contestants } from './contestants.ts'
import { cpuOf } from './cpu-time.ts'
import { atLeast, ms, type Part, times } from './figure.ts'

/** What each form of answer has to reach. */
const bars: Readonly<Record<string, { readonly scratch: number; readonly best?: number }>> = {
  json1: { scratch: 12 },
  json3: { scratch: 8, best: 3.5 },
  chat: { scratch: 8, best: 3.5 },
}

export interface AnswersOptions {
  readonly rounds: number
  /** Examples that transformers.js answers from scratch each round, and at its best three times as many: each costs what the others do. */
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
    how: `${answerForms.map(({ name, how }) => `${name}: ${how}`).join('; ')}. The CPU time of a request in ms, the shared beginning counted in for those who share it. transformers.js draws under the same constraint; at its best it is given the state of the shared beginning, cloned for each request, and the forced beginning of the answer as part of the prompt.`,
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
  const run = {
    scratch: async () => {
      const given: (readonly number[])[] = []
      for (const prompt of prompts.slice(0, few)) given.push(await peer.fromScratch(prompt, makeConstraint))
      return given
    },
    best: async () => {
      const given: (readonly number[])[] = []
      for (const prompt of prompts.slice(0, 3 * few)) given.push(await peer.fromPrefix(prefix, prompt, makeConstraint))
      return given
    },
    ours: () => ours.fresh(engine => engine.answers(prompts, makeConstraint)),
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
  const isSame = (name: string): number =>
    (answers.get(name) ?? []).filter((answer, index) => answer.join() === right[index]?.join()).length
  return {
    scratch: found.get('scratch') ?? [],
    best: found.get('best') ?? [],
    ours: found.get('ours') ?? [],
    equal: `${isSame('scratch') + isSame('best')} of ${4 * few}`,
    tokens: median(right.map(answer => answer.length)),
  }
}
