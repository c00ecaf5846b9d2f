import { readFileSync } from 'node:fs'
import { chatAnswer, formatChat } from '../src/adapters/chat-format.ts'
import type { Example } from '../src/data/example.ts'
import type { Message } from '../src/ports/message.ts'
import { chatText, generationPrompt } from './chat-template.ts'
import { dice } from './random.ts'
import { plainField, plainSignature } from './signatures.ts'

/** One row of the table: what the instruction tells and how many demos are shown. */
export interface Condition {
  readonly name: string
  readonly names?: boolean
  readonly demos: number
}

export const conditions: readonly Condition[] = [
  { name: 'default, 0 demos', demos: 0 },
  { name: 'labels named, 0 demos', names: true, demos: 0 },
  { name: 'default, 2 demos', demos: 2 },
  { name: 'default, 4 demos', demos: 4 },
  { name: 'default, 8 demos', demos: 8 },
  { name: 'default, 16 demos', demos: 16 },
  { name: 'labels named, 4 demos', names: true, demos: 4 },
]

export const tasks = ['sentiment', 'spam', 'routing', 'qa'] as const
export type SampleTask = (typeof tasks)[number]

const naming: Readonly<Record<SampleTask, string>> = {
  sentiment: 'Classify the sentiment of the text as positive or negative.',
  spam: 'Decide whether the message is spam or ham.',
  routing: 'Route the ticket to one of billing, technical, shipping, account, sales.',
  qa: 'Answer the question with one word of the context.',
}

const rows = (task: SampleTask, split: 'train' | 'dev'): readonly Example[] =>
  readFileSync(new URL(`../examples/data/${task}/${split}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Example)

export interface DevPrompt {
  readonly chat: readonly Message[]
  readonly messages: string
  readonly answer: string
}

/** Every dev row as a prompt; the demos are drawn anew from train for each row, always the same ones. */
export const devPrompts = (task: SampleTask, { names, demos }: Condition): readonly DevPrompt[] => {
  const die = dice(7 + demos)
  const train = rows(task, 'train')
  const inputs = (task === 'qa' ? ['context', 'question'] : ['text']).map(name => plainField(name, 'input'))
  const signature = plainSignature(
    inputs,
    [plainField(task === 'qa' ? 'answer' : 'label', 'output')],
    names ? naming[task] : undefined,
  )
  return rows(task, 'dev').map(row => {
    const chat = formatChat({ signature, demos: die.some(train, demos), input: row }).messages
    return { chat, messages: chatText(chat) + generationPrompt, answer: chatAnswer(signature, row) }
  })
}
