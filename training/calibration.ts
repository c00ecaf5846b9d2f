// How far the probabilities that nano gives its labels are from how often it is right. Run: node training/calibration.ts
import { readFileSync } from 'node:fs'
import { localModel } from '../node/index.ts'
import { byScore, type Example, predict, probabilitiesOf } from '../src/index.ts'

const tasks = {
  sentiment: ['Classify the sentiment of the text as positive or negative.', ['positive', 'negative']],
  spam: ['Decide whether the message is spam or ham.', ['spam', 'ham']],
  routing: [
    'Route the ticket to one of billing, technical, shipping, account, sales.',
    ['billing', 'technical', 'shipping', 'account', 'sales'],
  ],
} as const

const rowsOf = (task: string, part: string): readonly Example[] =>
  readFileSync(new URL(`../examples/data/${task}/${part}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

const model = localModel('nano')
for (const [task, [instructions, labels]] of Object.entries(tasks)) {
  for (const told of [true, false]) {
    const type = labels.map(label => `'${label}'`).join(' | ')
    const classify = predict(`text -> label: ${type}`, { decide: byScore, ...(told && { instructions }) })
    const rows = [...rowsOf(task, 'dev'), ...rowsOf(task, 'test')]
    const answers = await Promise.all(rows.map(({ text = '' }) => classify.run({ text: String(text) }, { model })))
    const sure = answers.map((answer, index) => {
      const [best = { label: '', probability: 0 }] = probabilitiesOf(answer)?.label ?? []
      return { probability: best.probability, right: best.label === rows[index]?.label ? 1 : 0 }
    })
    const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length
    const bins = Map.groupBy(sure, ({ probability }) => Math.min(9, Math.floor(probability * 10)))
    const off = [...bins.values()].map(
      bin =>
        (bin.length * Math.abs(mean(bin.map(one => one.probability)) - mean(bin.map(one => one.right)))) / sure.length,
    )
    console.log(
      [task, told ? 'told' : 'not told', `right ${(100 * mean(sure.map(one => one.right))).toFixed(1)} %`].join(', '),
      `believed ${(100 * mean(sure.map(one => one.probability))).toFixed(1)} %`,
      `off by ${(100 * off.reduce((sum, value) => sum + value, 0)).toFixed(1)} points (expected calibration error, 10 bins, ${rows.length} rows)`,
    )
  }
}
await model.close()
