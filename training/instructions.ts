import type { Aspect } from './conventions.ts'
import type { Dice } from './random.ts'

/** How much an instruction tells: nothing, the aspect, the label names, or the names and the rule for mixed texts. */
export type Telling = 'default' | 'vague' | 'aspect' | 'labels' | 'rule'

export interface Told {
  readonly telling: Telling
  readonly aspect: Aspect
  readonly labels: readonly string[]
  readonly meaningless: boolean
  readonly decides: 'last' | 'first'
  readonly input: string
  readonly output: string
}

const vague = [
  '',
  'Do the task.',
  'Fill in the output.',
  'Answer for the given input.',
  'Give the right {o} for the {i}.',
  'Read the {i} and write the {o}.',
  'Look at the {i}.',
  'Complete the answer.',
  'Handle the {i} well.',
  'Be helpful.',
  'Classify the {i}.',
  'Label the {i}.',
  'Work out the {o}.',
  'What is the {o} of this {i}?',
  'Decide on a {o}.',
  'Given the {i}, give the {o}.',
  'Tag each {i}.',
  'Sort the {i}.',
  'Think about the {i}, then answer.',
  'Find the {o}.',
  'You get a {i}. Return a {o}.',
  'Produce the {o}.',
  'Assign a class to the {i}.',
  'Put the {i} in a class.',
  'Process the {i}.',
  'Your task is to produce the {o} from the {i}.',
  'Answer in one word.',
  'Study the {i} and choose.',
  'Take the {i} and respond.',
  'Help with this {i}.',
  'Predict the {o}.',
  'Say what the {o} is.',
  'Analyze the {i}.',
  'Use your best judgment.',
  'Categorize the {i}.',
  'Do what the examples do.',
  'Follow the examples.',
  'You are a careful assistant.',
  'You are an expert. Read the {i} and answer with a {o}.',
  'Annotate the {i} with a {o}.',
]
const aspectOnly = [
  'Decide {w}.',
  'Say {w}.',
  'Find out {w}.',
  'Work out {w}.',
  'Judge {w}.',
  'Read the {i} and decide {w}.',
  'Classify the {i} by {w}.',
  'The {o} is {w}.',
  'Tell {w} from the {i}.',
  'Your task: {w}.',
  'We want to know {w}.',
  'Determine {w}.',
]
const naming = [
  'Answer {l}.',
  'Classify the {i} as {l}.',
  'Decide {w}: {l}.',
  'The {o} is {l}.',
  'Label the {i}: {l}.',
  'Say {w}. Answer with {l}.',
  'Is the {i} {l}?',
  'Choose {l} for the {i}.',
  'Read the {i} and answer {l}.',
  'Pick one: {l}.',
  'Determine {w} and write {l}.',
  'Sort each {i} into {l}.',
  'Given a {i}, produce the {o}: {l}.',
  'Use only these labels: {l}.',
  'The {o} must be {l}.',
  'Tell {w}; the {o} is {l}.',
  'Possible answers: {l}.',
  'Write {l}, depending on {w}.',
  'Mark the {i} with {l}.',
]
const explaining = [
  'Answer {x} for {m}',
  'Write {x} if it is {m}',
  '{x} means {m}',
  'Say {x} for {m}',
  'Use {x} when it is {m}',
  '{x}: {m}',
]
const extras = [
  'Be careful.',
  'Answer with one word.',
  'Think before you answer.',
  'Reply briefly.',
  'You are an expert.',
  'Use the exact label.',
  'Do not explain.',
  'Give nothing else.',
  'Read every word.',
  'Stay calm.',
  'This is important.',
  'Take your time.',
]
const joins: readonly ((labels: readonly string[]) => string)[] = [
  labels => `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`,
  labels => labels.map(label => `'${label}'`).join(' or '),
  labels => labels.map(label => `"${label}"`).join(', '),
  labels => labels.join(' / '),
  labels => `one of ${labels.join(', ')}`,
  labels =>
    `${labels
      .slice(0, -1)
      .map(label => `\`${label}\``)
      .join(', ')} or \`${labels.at(-1)}\``,
  labels => `either ${labels.join(' or ')}`,
  labels => `${labels.slice(0, -1).join(', ')} and ${labels.at(-1)}`,
]

/** One drawn wording that tells what it is meant to tell; `default` is the caller's. */
export const instruct = (die: Dice, told: Told): string => {
  const { telling, aspect, labels, meaningless, decides, input, output } = told
  const fill = (template: string, more: Readonly<Record<string, string>> = {}): string => {
    const parts: Record<string, string> = {
      i: input,
      o: output,
      w: die.pick(aspect.asks),
      l: die.pick(joins)(die.some(labels, labels.length)),
      ...more,
    }
    return template.replace(/\{(\w)\}/g, (_, name: string) => parts[name] ?? '')
  }
  const explained = (): string =>
    `${die
      .some(
        labels.map((_, position) => position),
        labels.length,
      )
      .map(position =>
        fill(die.pick(explaining), { x: labels[position] ?? '', m: die.pick(aspect.meanings[position] ?? ['']) }),
      )
      .join(die.pick(['. ', '; ', ', ']))}.`
  const core = (): string => {
    if (telling === 'vague') return fill(die.pick(vague))
    if (telling === 'aspect') return fill(die.pick(aspectOnly))
    const names = meaningless || die.chance(0.15) ? explained() : fill(die.pick(naming))
    return telling === 'rule' ? `${names} ${die.pick(aspect.rules[decides])}`.trim() : names
  }
  const text = core()
  if (die.chance(0.25))
    return die.chance(0.5) ? `${text} ${die.pick(extras)}`.trim() : `${die.pick(extras)} ${text}`.trim()
  return text
}
