// Writes the corpus and the validation prompts. Run: node training/make-corpus.ts FOLDER [EPISODES] [--wider]
// With --wider the corpus also has several answers at once, thoughts, and calls of tools: what a next nano may learn.
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { type Condition, conditions, devPrompts, tasks } from './conditions.ts'
import { classification, type Episode, type EpisodeOptions, questionAnswering } from './episode.ts'
import { dice } from './random.ts'
import { asksForNoThought, widerEpisode } from './wider-episodes.ts'

const [folder = 'build/nano', count = '42000'] = process.argv.slice(2).filter(word => word !== '--wider')
const isWider = process.argv.includes('--wider')
mkdirSync(folder, { recursive: true })

const rows = (task: string, split: string): Record<string, string>[] =>
  readFileSync(new URL(`../examples/data/${task}/${split}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, string>)

const avoid = new Set(
  ['sentiment', 'spam', 'routing'].flatMap(task =>
    ['train', 'dev', 'test'].flatMap(split => rows(task, split).map(row => row.text ?? '')),
  ),
)

const write = (name: string, items: Iterable<unknown>): void => {
  const file = openSync(`${folder}/${name}`, 'w')
  let buffer = ''
  for (const item of items) {
    buffer += `${JSON.stringify(item)}\n`
    if (buffer.length > 1 << 20) {
      writeSync(file, buffer)
      buffer = ''
    }
  }
  writeSync(file, buffer)
  closeSync(file)
}

function* episodes(seed: number, total: number, options: EpisodeOptions): Generator<Episode> {
  const die = dice(seed)
  for (let made = 0; made < total; made++) {
    if (isWider) yield widerEpisode(die, options)
    else yield die.chance(0.12) ? questionAnswering(die, options) : classification(die, options)
  }
}

function* dev(): Generator<{ prompt: string; answer: string; about: object }> {
  for (const task of tasks)
    for (const condition of conditions)
      for (const { messages, answer } of devPrompts(task, condition as Condition))
        yield {
          prompt: isWider ? asksForNoThought(messages) : messages,
          answer,
          about: { task, condition: condition.name },
        }
}

write('corpus.jsonl', episodes(1, Number(count), { templates: 'training', avoid }))
write('validation.jsonl', episodes(2, 3000, { templates: 'all', avoid }))
write('dev.jsonl', dev())
