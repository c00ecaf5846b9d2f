import { interleaved, median, ratio } from '../statistics.ts'
import type { Contestants } from './contestants.ts'
import { cpuOf } from './cpu-time.ts'
import type { Part } from './figure.ts'

/** One answer alone, nothing shared and nothing asked of its form: what the loop itself costs. */
export const rawLoopPart = async (
  { peer, ours, prompts }: Contestants,
  { rounds, tokens }: { readonly rounds: number; readonly tokens: number },
): Promise<Part> => {
  const [prompt] = prompts
  if (prompt === undefined) throw new Error('Expected prompts.')
  const rows: string[][] = []
  const lines: Part['lines'][number][] = []
  for (const length of [16, 512]) {
    const input = prompt.tokens.slice(-length)
    const answers = new Map<string, string>()
    const found = await interleaved(['theirs', 'ours'] as const, rounds, name => {
      const say = name === 'theirs' ? peer.free : ours.free
      return cpuOf(async () => void answers.set(name, (await say(input, tokens)).join()))
    })
    const [theirs, mine] = [found.get('theirs') ?? [], found.get('ours') ?? []]
    const gain = ratio(theirs, mine)
    const rate = (spent: readonly number[]): string => ((tokens / median(spent)) * 1000).toFixed(1)
    const same = answers.get('theirs') === answers.get('ours')
    rows.push([String(length), rate(theirs), rate(mine), `${gain.toFixed(2)} x`, same ? 'yes' : 'no'])
    lines.push({
      what: `raw loop after ${length} tokens`,
      bar: '>= 1 x',
      found: `${gain.toFixed(2)} x`,
      holds: gain >= 1 && same,
    })
  }
  return {
    title: 'The raw loop alone',
    how: `${tokens} tokens after a short and a long prompt, greedy, one request, no constraint; tokens per second of CPU time, reading the prompt counted in.`,
    head: ['tokens of the prompt', 'transformers.js', 'Kkachi', 'Kkachi / transformers.js', 'same tokens'],
    rows,
    lines,
  }
}
