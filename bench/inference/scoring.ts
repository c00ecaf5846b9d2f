import { interleaved, median, ratio } from '../statistics.ts'
import type { Contestants } from './contestants.ts'
import { cpuOf } from './cpu-time.ts'
import { atLeast, ms, type Part, times } from './figure.ts'

/** How likely each of 20 labels is after a prompt whose beginning is in memory. */
export const scoringPart = async (
  { peer, ours, prompts, answers }: Contestants,
  { rounds, examples }: { readonly rounds: number; readonly examples: number },
): Promise<Part> => {
  const some = prompts.slice(0, examples)
  const first = some[0]
  if (first === undefined) throw new Error('Expected prompts.')
  const prefix = await peer.prefix(first)
  let theirs: (readonly number[])[] = []
  let mine: readonly (readonly number[])[] = []
  const [byOne, packed] = await ours.fresh(async engine => {
    await engine.scores([first], answers.slice(0, 1))
    const found = await interleaved(['theirs', 'ours'] as const, rounds, async name => {
      const spent = await cpuOf(async () => {
        if (name === 'ours') mine = await engine.scores(some, answers)
        else {
          theirs = []
          for (const prompt of some) theirs.push(await peer.score(prefix, prompt, answers))
        }
      })
      return spent / some.length
    })
    return [found.get('theirs') ?? [], found.get('ours') ?? []]
  })
  const apart = Math.max(
    ...mine.flatMap((row, at) => row.map((score, label) => Math.abs(score - (theirs[at]?.[label] ?? Number.NaN)))),
  )
  const gain = ratio(byOne, packed)
  return {
    title: `Scores of ${answers.length} labels`,
    how: 'The CPU time of a prompt in ms, its beginning in memory for both. One by one: transformers.js reads the rest of the prompt once, then each label from a clone of that state.',
    head: ['labels', 'one by one', 'Kkachi', 'one by one / Kkachi', 'log-probabilities apart by'],
    rows: [[String(answers.length), ms(median(byOne)), ms(median(packed)), times(gain), apart.toExponential(1)]],
    lines: [
      atLeast('20 labels: one by one / Kkachi', gain, 3),
      {
        what: '20 labels: the same log-probabilities',
        bar: '1e-2 apart',
        found: apart.toExponential(1),
        holds: apart < 1e-2,
      },
    ],
  }
}
