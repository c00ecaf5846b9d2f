// Writes examples/data: the four sample tasks, always the same rows. Run: node training/make-data.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { type Dice, dice } from './random.ts'
import { type Draw, facts, message, review, ticket } from './world.ts'

const sizes = { train: 120, dev: 100, test: 150 }
const draw = (weights: readonly number[]): Draw => ({ templates: 'all', decides: 'last', weights })
const queueNames = ['billing', 'technical', 'shipping', 'account', 'sales']

const tasks: Record<string, (die: Dice) => Record<string, string>> = {
  sentiment: die => {
    const { text, classes } = review(die, draw([1, 1, 1, 1, 1]))
    return { text, label: classes.sentiment === 0 ? 'positive' : 'negative' }
  },
  spam: die => {
    const { text, classes } = message(die, draw([0.45, 0.55]))
    return { text, label: classes.spam === 0 ? 'spam' : 'ham' }
  },
  routing: die => {
    const { text, classes } = ticket(die, draw([0.45, 0.55]))
    return { text, label: queueNames[classes.queue ?? 0] ?? '' }
  },
  qa: die => {
    const { context, question, answer } = facts(die)
    return { context, question, answer }
  },
}

for (const [position, [name, make]] of Object.entries(tasks).entries()) {
  const die = dice(1000 + position)
  const seen = new Set<string>()
  const folder = new URL(`../examples/data/${name}/`, import.meta.url)
  mkdirSync(folder, { recursive: true })
  for (const [split, size] of Object.entries(sizes)) {
    const rows: string[] = []
    while (rows.length < size) {
      const row = make(die)
      const key = (row.text ?? `${row.context} ${row.question}`).toLowerCase()
      if (seen.has(key)) continue
      seen.add(key)
      rows.push(JSON.stringify(row))
    }
    writeFileSync(new URL(`${split}.jsonl`, folder), `${rows.join('\n')}\n`)
  }
}
