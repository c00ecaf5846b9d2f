// How far the probabilities that nano gives its labels are from how often it is right. Run: node training/calibration.ts
import { readFileSync } from 'node:fs'
import { localModel } from '../node/index.ts'
import { byScore, type Example, predict, probabilitiesOf } from '../src/index.ts'

const decide = byScore
const labels = {
  sentiment: "text -> label: 'positive' | 'negative'",
  spam: "text -> label: 'spam' | 'ham'",
  routing: "text -> label: 'billing' | 'technical' | 'shipping' | 'account' | 'sales'",
} as const
const instructions = {
  sentiment: 'Classify the sentiment of the text as positive or negative.',
  spam: 'Decide whether the message is spam or ham.',
  routing: 'Route the ticket to one of billing, technical, shipping, account, sales.',
} as const
const tasks = [
  ['sentiment', 'not told', predict(labels.sentiment, { decide })],
  ['sentiment', 'told', predict(labels.sentiment, { decide, instructions: instructions.sentiment })],
  ['spam', 'not told', predict(labels.spam, { decide })],
  ['spam', 'told', predict(labels.spam, { decide, instructions: instructions.spam })],
  ['routing', 'not told', predict(labels.routing, { decide })],
  ['routing', 'told', predict(labels.routing, { decide, instructions: instructions.routing })],
] as const

const rowsOf = (task: string, part: string): readonly Example[] =>
  readFileSync(new URL(`../examples/data/${task}/${part}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length
const percent = (share: number): string => (100 * share).toFixed(1)

const model = localModel('nano')
for (const [task, telling, classify] of tasks) {
  const rows = [...rowsOf(task, 'dev'), ...rowsOf(task, 'test')]
  const sure = await Promise.all(
    rows.map(async ({ text, label }) => {
      const likely = probabilitiesOf(await classify.run({ text: String(text) }, { model }))?.label ?? []
      const [best = { label: '', probability: 0 }] = likely
      return { probability: best.probability, right: best.label === label ? 1 : 0 }
    }),
  )
  const off = Array.from({ length: 10 }, (_, bin) => {
    const inside = sure.filter(({ probability }) => Math.min(9, Math.floor(probability * 10)) === bin)
    const apart = mean(inside.map(one => one.probability)) - mean(inside.map(one => one.right))
    return inside.length === 0 ? 0 : (inside.length * Math.abs(apart)) / sure.length
  })
  console.log(
    `${task}, ${telling}: ${rows.length} rows, right ${percent(mean(sure.map(one => one.right)))} %,`,
    `believed ${percent(mean(sure.map(one => one.probability)))} %,`,
    `expected calibration error ${percent(off.reduce((sum, value) => sum + value, 0))} points`,
  )
}
await model.close()
