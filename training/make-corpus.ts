// Writes the corpus and the validation prompts. Run: node training/make-corpus.ts FOLDER [EPISODES]
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { anyEpisode, asksForNoThought } from './any-episode.ts'
import { type Condition, conditions, devPrompts, tasks } from './conditions.ts'
import type { Episode, EpisodeOptions } from './episode.ts'
import { dice } from './random.ts'

const [folder = 'build/nano', count = '72000'] = process.argv.slice(2)
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
  for (let made = 0; made < total; made++) yield anyEpisode(die, options)
}

function* dev(): Generator<{ prompt: string; answer: string; about: object }> {
  for (const task of tasks)
    for (const condition of conditions)
      for (const { messages, answer } of devPrompts(task, condition as Condition))
        yield {
          prompt: asksForNoThought(messages),
          answer,
          about: { task, condition: condition.name },
        }
}

write('corpus.jsonl', episodes(1, Number(count), { templates: 'training', avoid }))
write('validation.jsonl', episodes(2, 3000, { templates: 'all', avoid }))
write('dev.jsonl', dev())
