import { askedKind, dictionaryKeys, isReasoning } from './asked-field.ts'
import type { Evidence } from './evidence.ts'
import { pick, shuffled, uniform } from './hashing.ts'
import type { PromptRead } from './prompt-reading.ts'
import type { SaidRules } from './said-rules.ts'
import type { Item, Kind } from './world-items.ts'
import { advice, fillers, helpful } from './world-vocabulary.ts'

/** How well the model sees rules in what it is shown, as probabilities. */
export interface ProposerStrengths {
  /** To see the rule of a kind in one right example of it. */
  readonly fromExample: number
  /** The same where a wrong answer stands beside the right one. */
  readonly fromFailure: number
  /** To see what holds for all kinds, from each example. */
  readonly fromAny: number
  /** To guess a rule without an example. */
  readonly guess: number
  readonly keep: number
  readonly useless: number
  readonly mistaken: number
  readonly harmful: number
  /** Examples after which each one more gets half the attention. */
  readonly attention: number
}

export interface Proposal {
  readonly kinds: readonly Kind[]
  readonly strengths: ProposerStrengths
  /** What the prompt states already. */
  readonly said: SaidRules
  readonly evidence: readonly Evidence<Item>[]
  readonly key: readonly (string | number)[]
}

/** Answers a prompt that is about the task: every text asked for says what the model makes of what it was shown. */
export const metaAnswer = (prompt: PromptRead, proposal: Proposal): Readonly<Record<string, unknown>> => {
  const text = sentencesOf(proposal, 0).join('\n')
  if (prompt.asked.length === 0) return { text: prompt.last.includes('```') ? `\`\`\`\n${text}\n\`\`\`` : text }
  return Object.fromEntries(
    prompt.asked.map(field => {
      if (isReasoning(field)) return [field, 'The examples say what matters.']
      const kind = askedKind(prompt, field)
      if (kind === 'truth') return [field, true]
      if (kind === 'number') return [field, 1]
      if (kind === 'variants') return [field, [0, 1, 2].map(variant => sentencesOf(proposal, variant).join('\n'))]
      // Who describes or sums up says little of each case.
      if (kind === 'brief')
        return [
          field,
          shuffled(sentencesOf(proposal, 0), ...proposal.key, field)
            .slice(0, 3)
            .join('\n'),
        ]
      if (kind === 'list') return [field, sentencesOf(proposal, 0)]
      if (kind === 'short') return [field, 'Answer:']
      if (kind === 'dictionary') return [field, Object.fromEntries(dictionaryKeys(prompt).map(name => [name, text]))]
      return [field, text]
    }),
  )
}

/** What the model believes after reading: what it kept, what it saw, and now and then what it made up. */
const sentencesOf = ({ kinds, strengths, said, evidence, key }: Proposal, variant: number): readonly string[] => {
  const draw = (...parts: readonly (string | number)[]) => uniform(...key, variant, ...parts)
  const attention = 1 / (1 + evidence.length / strengths.attention)
  const sentences: string[] = [pick(fillers, ...key, variant, 'opening')]
  for (const kind of kinds) {
    const kept = said.right.has(kind.index) && draw('keep', kind.index) < strengths.keep
    const missed = 1 - unseen(kind, evidence, strengths, attention)
    if (kept || draw('see', kind.index) < missed || draw('guess', kind.index) < strengths.guess)
      sentences.push(kind.sentence)
    const wrong = said.wrong.get(kind.index)
    const refuted = evidence.some(({ item, right }) => item.kinds[kind.hop] === kind && right[kind.hop])
    if (wrong !== undefined && draw('stay', kind.index) < (refuted ? 0.3 : 0.8) * strengths.keep)
      sentences.push(`${wrong.sentence}.`)
  }
  const shown = evidence.filter(({ right }) => right.some(Boolean)).length
  const general = 1 - (1 - strengths.guess) * (1 - strengths.fromAny) ** (shown * attention)
  for (const [index, { sentence }] of advice.entries()) {
    const helps = index < helpful
    const kept = said.advice.has(index) && draw('keep advice', index) < strengths.keep * (helps ? 1 : 0.6)
    if (kept || (helps && draw('see advice', index) < general)) sentences.push(sentence)
  }
  if (draw('harmful') < strengths.harmful) sentences.push(pick(advice.slice(helpful), ...key, variant, 'harm').sentence)
  if (draw('mistaken') < strengths.mistaken) sentences.push(mistake(kinds, [...key, variant]))
  if (draw('useless') < strengths.useless) sentences.push(pick(fillers, ...key, variant, 'filler'))
  return sentences
}

/** The probability that the rule of a kind goes unseen. */
const unseen = (
  kind: Kind,
  evidence: readonly Evidence<Item>[],
  { fromExample, fromFailure }: ProposerStrengths,
  attention: number,
): number => {
  let left = 1
  for (const { item, right, failed } of evidence)
    if (item.kinds[kind.hop] === kind && right[kind.hop])
      left *= 1 - (failed[kind.hop] ? fromFailure : fromExample) * attention
  return left
}

/** The rule of one kind, said of another. */
const mistake = (kinds: readonly Kind[], key: readonly (string | number)[]): string => {
  const one = pick(kinds, ...key, 'one')
  const other = pick(
    kinds.filter(({ hop }) => hop === one.hop),
    ...key,
    'other',
  )
  return one.sentence.split(')')[0] + (other.sentence.slice(other.sentence.indexOf(')')) || '')
}
