// Writes models/nano/wording.json: what the model was trained to read. Run: node training/wording-hash.ts
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { formatChat } from '../src/adapters/chat-format.ts'
import { plainField, plainSignature, withReasoning } from './signatures.ts'

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/** A hash of whole prompts as the chat adapter renders them, so that it sees sentences and layout alike. */
export const wordingHash = (): { readonly prompts: string } => {
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
  return { prompts: hash(prompts) }
}

export const wordingFile = new URL('../models/nano/wording.json', import.meta.url)

/** What the trained model's repository says. */
export const trainedWording = (): unknown => JSON.parse(readFileSync(wordingFile, 'utf8'))

if (process.argv[1]?.endsWith('wording-hash.ts'))
  writeFileSync(wordingFile, `${JSON.stringify(wordingHash(), undefined, 2)}\n`)
