import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src/data/seeded-random.ts'
import type { TokenVocabulary } from '../../src/inference/token-constraint.ts'
import { labels } from './answer-forms.ts'

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** What a program asks about one example: the same beginning for all of them, and the example. */
export interface BenchPrompt {
  readonly messages: readonly ChatMessage[]
  readonly tokens: readonly number[]
  /** The first tokens, which all examples have. */
  readonly shared: number
}

export interface WorkloadSize {
  readonly instructions: number
  readonly demos: number
  readonly demo: number
  readonly suffix: readonly [least: number, most: number]
}

export const usualSize: WorkloadSize = { instructions: 200, demos: 10, demo: 100, suffix: [48, 72] }

const end = '<|im_end|>\n'
const opened = '<|im_start|>assistant\n'
const turn = (role: string, content: string): string => `<|im_start|>${role}\n${content}${end}`

/** The words of a guide of this repository, which the tokenizer knows. */
const words = (): readonly string[] =>
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'architecture.md'), 'utf8')
    .split(/[^A-Za-z]+/)
    .filter(word => word.length > 1)

export interface Workload {
  readonly instructions: readonly string[]
  readonly demos: readonly (readonly ChatMessage[])[]
  /** Prompts of examples under one set of instructions, demos after them or (what shares more) before. */
  prompts(candidate: number, order?: 'demos-first'): readonly BenchPrompt[]
}

/** `examples` prompts whose lengths in tokens are those of a development set; the same for the same seed. */
export const workload = (
  vocabulary: TokenVocabulary,
  { examples, candidates = 1, size = usualSize }: { examples: number; candidates?: number; size?: WorkloadSize },
): Workload => {
  const random = seededRandom(7)
  const known = words()
  const length = (text: string): number => vocabulary.encode(text).length
  /** Words until the text has this many tokens around them. */
  const filled = (count: number, around: (text: string) => string): string => {
    let text = random.choice(known)
    while (length(around(text)) < count) text += ` ${random.choice(known)}`
    return text
  }
  const asked = (text: string): string => `[[ ## text ## ]]\n${text}\n\nRespond with the fields.`
  const instructions = Array.from({ length: candidates }, (_, index) => {
    const beginning = `Your input fields are: text. Your output fields are: reasoning, label. Variant ${index}. `
    return beginning + filled(size.instructions, text => turn('system', beginning + text))
  })
  const demos = Array.from({ length: size.demos }, (): readonly ChatMessage[] => {
    const answer = `[[ ## label ## ]]\n${random.choice(labels)}\n\n[[ ## completed ## ]]`
    const text = filled(size.demo, made => turn('user', asked(made)) + turn('assistant', answer))
    return [
      { role: 'user', content: asked(text) },
      { role: 'assistant', content: answer },
    ]
  })
  const [least, most] = size.suffix
  const texts = Array.from({ length: examples }, (_, index) =>
    filled(least + ((index * 7) % (most - least + 1)), text => turn('user', asked(text)) + opened),
  )
  return {
    instructions,
    demos,
    prompts(candidate, order) {
      const system: ChatMessage = { role: 'system', content: instructions[candidate] ?? '' }
      const before = order === 'demos-first' ? [...demos.flat(), system] : [system, ...demos.flat()]
      const beginning = before.map(({ role, content }) => turn(role, content)).join('')
      const shared = length(beginning)
      return texts.map(text => {
        const question: ChatMessage = { role: 'user', content: asked(text) }
        const tokens = vocabulary.encode(beginning + turn('user', question.content) + opened)
        return { messages: [...before, question], tokens, shared }
      })
    },
  }
}
