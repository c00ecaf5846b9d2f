// Writes models/nano/wording.json: what the model was trained to read. Run: node training/wording-hash.ts
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { formatChat } from '../src/adapters/chat-format.ts'
import * as module from '../src/adapters/wording.ts'
import { plainField, plainSignature, withReasoning } from './signatures.ts'

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, part]) => [key, sorted(part)]),
      )
    : value

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/** `sha256` is of the sentences alone; `prompts` is of whole prompts, so that it sees the functions and the layout too. */
export const wordingHashes = (): { readonly sha256: string; readonly prompts: string } => {
  const literal = plainField('label', 'output', { kind: 'literal', values: ['a', 'b'] })
  const plain = plainSignature([plainField('text', 'input')], [literal])
  const told = plainSignature([plainField('text', 'input')], [plainField('label', 'output')], 'Answer a or b.')
  const demos = [
    { text: 'one', label: 'a', reasoning: 'because' },
    { text: 'two', label: 'b' },
  ]
  const prompts = [plain, told, withReasoning(plain)].map(
    signature => formatChat({ signature, demos, input: { text: 'three' } }).messages,
  )
  return { sha256: hash(sorted({ ...module })), prompts: hash(prompts) }
}

export const wordingFile = new URL('../models/nano/wording.json', import.meta.url)

/** What the trained model's repository says. */
export const trainedWording = (): unknown => JSON.parse(readFileSync(wordingFile, 'utf8'))

if (process.argv[1]?.endsWith('wording-hash.ts'))
  writeFileSync(wordingFile, `${JSON.stringify(wordingHashes(), undefined, 2)}\n`)
