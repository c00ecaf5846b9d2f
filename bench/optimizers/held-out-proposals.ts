import { askedKind, dictionaryKeys, isReasoning } from './asked-field.ts'
import type { Evidence } from './evidence.ts'
import { pick, shuffled, uniform } from './hashing.ts'
import type { Memo, Signal } from './held-out-items.ts'
import type { PromptRead } from './prompt-reading.ts'
import type { Advice, SaidRules } from './said-rules.ts'
import type { Difficulty } from './world-items.ts'

/** Advice for every memo: the first two help, the last harms by its length alone. */
export const heldOutAdvice: readonly Advice[] = [
  {
    sentence: 'Give no answer the benefit of habit, all are equally likely.',
    stems: [
      ['habit', 'favor', 'favour', 'prefer'],
      ['equal', 'balanc', 'even'],
    ],
  },
  {
    sentence: 'A single odd word among agreeing ones is a stray, pass over it.',
    stems: [
      ['stray', 'lone', 'outlier'],
      ['pass over', 'skip', 'discount'],
    ],
  },
]

const padding = [
  'Every memo was written by somebody in a hurry, so take the time that they did not have.',
  'It pays to read to the end before anything is decided, and to read once more after that.',
  'A good answer is short, but the thought behind it is not, and both deserve attention.',
  'Remember that whoever opens the answer has not seen the memo and will act on your word.',
] as const

const strengths = {
  easy: { fromExample: 0.3, fromFailure: 0.95, spurious: 0.05, guess: 0.04, keep: 0.95, advice: 0.15, padding: 0.35 },
  hard: { fromExample: 0.18, fromFailure: 0.75, spurious: 0.1, guess: 0.02, keep: 0.92, advice: 0.06, padding: 0.5 },
} as const

interface Seen {
  readonly signals: readonly Signal[]
  readonly difficulty: Difficulty
  readonly biased: readonly string[]
  readonly said: SaidRules
  readonly evidence: readonly Evidence<Memo>[]
  readonly key: readonly (string | number)[]
}

/** Answers a prompt about the task: hints on words that stand in the examples, some of them on the wrong words. */
export const heldOutProposal = (prompt: PromptRead, seen: Seen): Readonly<Record<string, unknown>> => {
  const lines = (variant: number) => hintsOf(seen, variant)
  const text = lines(0).join('\n')
  if (prompt.asked.length === 0) return { text: prompt.last.includes('```') ? `\`\`\`\n${text}\n\`\`\`` : text }
  const value = (field: string): unknown => {
    if (isReasoning(field)) return 'Some words matter more than others.'
    switch (askedKind(prompt, field)) {
      case 'truth':
        return true
      case 'number':
        return 1
      case 'variants':
        return [0, 1, 2].map(variant => lines(variant).join('\n'))
      case 'list':
        return lines(0)
      case 'short':
        return 'Answer:'
      case 'brief':
        return shuffled(lines(0), ...seen.key, field)
          .slice(0, 3)
          .join('\n')
      case 'dictionary':
        return Object.fromEntries(dictionaryKeys(prompt).map(name => [name, text]))
      default:
        return text
    }
  }
  return Object.fromEntries(prompt.asked.map(field => [field, value(field)]))
}

const hintsOf = ({ signals, difficulty, said, evidence, key }: Seen, variant: number): readonly string[] => {
  const strength = strengths[difficulty]
  const draw = (...parts: readonly (string | number)[]) => uniform(...key, variant, ...parts)
  const attention = 1 / (1 + evidence.length / 40)
  const hints: string[] = []
  for (const signal of signals) {
    const { index, hop, cue, stems } = signal
    let unseen = 1 - strength.guess
    for (const { item, right, failed } of evidence) {
      if (!right[hop] || !item.signals.includes(signal)) continue
      const value = item.gold[hop]
      const chance = (failed[hop] ? strength.fromFailure : strength.fromExample) * attention
      if (value === stems[0]) unseen *= 1 - chance
      else if (draw('stray', index, item.code) < strength.spurious) hints.push(hint(cue.stems, value ?? ''))
    }
    if ((said.right.has(index) && draw('keep', index) < strength.keep) || draw('see', index) >= unseen)
      hints.push(hint(cue.stems, stems[0] ?? ''))
    const wrong = said.wrong.get(index)
    if (wrong && draw('stay', index) < 0.6) hints.push(`${wrong.sentence}.`)
  }
  const shown = evidence.filter(({ right }) => right.some(Boolean)).length
  for (const [index, { sentence }] of heldOutAdvice.entries()) {
    const kept = said.advice.has(index) && draw('keep advice', index) < strength.keep
    if (kept || draw('advice', index) >= (1 - strength.advice) ** (shown * attention)) hints.push(sentence)
  }
  for (const place of padding.keys())
    if (draw('padding', place) < strength.padding) hints.push(pick(padding, ...key, variant, place))
  return hints.length > 0 ? hints : ['Answer with care.']
}

const hint = (words: readonly string[], value: string): string => `Words like ${words.join(' or ')} speak for ${value}.`
