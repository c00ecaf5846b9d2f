import { median } from '../statistics.ts'
import { answerForms } from './answer-forms.ts'
import type { Contestants } from './contestants.ts'
import { cpuOf } from './cpu-time.ts'
import { ms, type Part } from './figure.ts'
import type { BenchPrompt } from './workload.ts'

/** What an optimizer asks: eight instructions on 50 examples, all at once. */
export const candidatesPart = async (
  { ours, workload, constraintOf }: Contestants,
  { rounds, candidates }: { readonly rounds: number; readonly candidates: number },
): Promise<Part> => {
  const [form] = answerForms
  if (form === undefined) throw new Error('Expected a form.')
  const orders = [
    { name: 'instructions, demos, example', prompts: all(candidates, index => workload.prompts(index)) },
    { name: 'demos, instructions, example', prompts: all(candidates, index => workload.prompts(index, 'demos-first')) },
  ]
  const rows: string[][] = []
  const found: number[] = []
  for (const { name, prompts } of orders) {
    const spent: number[] = []
    for (let round = 0; round < rounds; round++) {
      const total = await cpuOf(() =>
        ours.fresh(async engine => void (await engine.answers(prompts, () => constraintOf(form)))),
      )
      spent.push(total / prompts.length)
    }
    found.push(median(spent))
    rows.push([name, String(prompts.length), ms(median(spent))])
  }
  const usual = found[0] ?? Number.NaN
  return {
    title: `${candidates} candidates on 50 examples`,
    how: `${form.how}, everything asked at once, nothing in memory before; the CPU time of a request in ms. Candidates that share their demos share more of the prompt where these come first.`,
    head: ['order of the prompt', 'requests', 'Kkachi'],
    rows,
    lines: [
      {
        what: `${candidates} candidates x 50 examples, a request`,
        bar: '<= 50 ms',
        found: `${ms(usual)} ms`,
        holds: usual <= 50,
      },
    ],
  }
}

const all = (candidates: number, prompts: (candidate: number) => readonly BenchPrompt[]): readonly BenchPrompt[] =>
  Array.from({ length: candidates }, (_, index) => prompts(index)).flat()
