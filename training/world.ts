import type { Dice } from './random.ts'
import * as words from './words.ts'

/** A text with what is true of it: the index of its class, aspect by aspect, and the words that show it. */
export interface LabeledText {
  readonly text: string
  readonly classes: Readonly<Record<string, number>>
  readonly cues: Readonly<Record<string, string>>
}

/** Which templates a text may use: the corpus never sees the held-out ones, the example data uses both. */
export type Templates = 'training' | 'all'

/** How texts are drawn. */
export interface Draw {
  readonly templates: Templates
  /** Which part of a text that says two things decides: the convention an instruction or a demo can tell. */
  readonly decides: 'last' | 'first'
  /** How likely each class of the secondary aspect is (topic of a review, hour of a message, hurry of a ticket). */
  readonly weights: readonly number[]
}

const fill = (template: string, parts: Readonly<Record<string, string>>): string =>
  template
    .replace(/\{(\w)\}/g, (_, name: string) => parts[name] ?? '')
    .replace(/\b([Aa]) (?=[aeiou])(?!useless)/g, '$1n ')

const choose = (die: Dice, kept: readonly string[], heldOut: readonly string[], templates: Templates): string =>
  templates === 'all' && die.chance(0.25) ? die.pick(heldOut) : die.pick(kept)

const index = (die: Dice, weights: readonly number[]): number =>
  die.weighted(weights.map((weight, position) => [position, weight] as const))

/** A part of the corpus is a word or two: cheap lessons on what single words say. The example data has none of them. */
const terse = (die: Dice, templates: Templates): boolean => templates === 'training' && die.chance(0.3)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const verdicts = [
  'the {n} was {a} and {b}',
  'we had a {a} {n} with a {b} {m}',
  'the {n} is {a}, the {m} is {b}',
  'I found the {n} {a} and the {m} {b}',
  'I think the {n} was {a} and the {m} {b}',
  'what a {a} {n}, so {b}',
  'the {n} was {a}, the {m} {b} and {c}',
  'for me the {n} was {a}, really {b}',
  'this {n} is {a}',
  'the {n} and the {m} were both {a}',
  'it is a {a} {n}, and quite {b} too',
  'such a {a} {n} and a {b} {m}',
  'a {a} {n} and a {b} {m}',
  'everyone called the {n} {a}',
  'you get a {a} {n} here',
  'nothing but a {a} and {b} {n}',
]
const heldOutVerdicts = [
  'my {n} turned out {a} and the {m} {b}',
  'honestly a {a} {n}, also a {b} {m}',
  'this {n} felt {a} and {b} to us',
  'rarely have I seen a {n} so {a}',
]
const clauses = [
  'the {n} was {a}',
  'the {n} is {a}',
  'we had a {a} {n}',
  'I found the {n} {a}',
  'the {n} felt {a}',
  'it has a {a} {n}',
]
const heldOutClauses = ['my {n} turned out {a}', 'honestly the {n} seemed {a}']
const joints = [', but ', '; however, ', ', yet ', ', although ', ', and still ']
const openings = [
  'Last week: ',
  'Second visit: ',
  'For the record, ',
  'In short, ',
  'After two days: ',
  'As a gift: ',
  'Well, ',
]
const tails = [
  ' We went with friends.',
  ' That is all.',
  ' I paid for it myself.',
  ' My family agrees.',
  ' It took two hours.',
  ' So it goes.',
]

/** A review of one of five topics; in a mixed one two clauses disagree. */
export const review = (die: Dice, { templates, decides, weights }: Draw): LabeledText => {
  const topic = index(die, weights)
  const things = Object.values(words.topics)[topic] ?? []
  const [n = '', m = ''] = die.some(things, 2)
  const adjectives = (mood: number): readonly string[] => (mood === 0 ? words.praise : words.blame)
  const dress = (text: string): string =>
    (die.chance(0.2) ? die.pick(openings) + text : capital(text)) +
    (die.chance(0.15) ? '!' : '.') +
    (die.chance(0.2) ? die.pick(tails) : '')
  if (terse(die, templates)) {
    const sentiment = die.below(2)
    const a = die.pick(adjectives(sentiment))
    const text = fill(die.pick(['the {a} {n}', 'so {a}', '{n}: {a}', 'very {a} {n}']), { a, n })
    return { text: `${capital(text)}.`, classes: { sentiment, topic }, cues: { sentiment: a, topic: n } }
  }
  if (die.chance(0.15)) {
    const first = die.below(2)
    const [a, b] = [die.pick(adjectives(first)), die.pick(adjectives(1 - first))]
    const part = (thing: string, adjective: string): string =>
      fill(choose(die, clauses, heldOutClauses, templates), { n: thing, a: adjective })
    return {
      text: dress(part(n, a) + die.pick(joints) + part(m, b)),
      classes: { sentiment: decides === 'last' ? 1 - first : first, topic },
      cues: { sentiment: decides === 'last' ? b : a, topic: n },
    }
  }
  const sentiment = die.below(2)
  const [a = '', b = '', c = ''] = die.some(adjectives(sentiment), 3)
  const text = fill(choose(die, verdicts, heldOutVerdicts, templates), { a, b, c, n, m })
  return { text: dress(text), classes: { sentiment, topic }, cues: { sentiment: a, topic: n } }
}

const hours = [
  ['today', 'tonight', 'now', 'this evening', 'by noon', 'this morning'],
  ['tomorrow', 'on Monday', 'on Friday', 'next month', 'next week', 'in June'],
] as const
const mails = [
  'the {a} and the {b} are ready {w}',
  'see the {b} for {a} {w}',
  'hi, your {a} {b} is here {w}',
  'get the {a} and the {b} {w}',
  'hello, here is the {a} with the {b} {w}',
  'do not forget {a} and {b} {w}',
  'about the {a} and the {b} {w}',
  'your {a}, {b} and {c} {w}',
  'we talk about {a} and {b} {w}',
  'the {a} is {w}, bring the {b}',
  'can you send {a} and {b} {w}',
  'a reminder: {a} and {b} {w}',
  'more on {a} and {b} {w}',
  'is the {a} {w} or the {b}',
]
const spamMails = [
  'claim your {a} and {b} {w}',
  'you were picked: {a} and {b} {w}',
  'click here for {a} and {b} {w}',
  'only {w}: {a} and {b} for you',
  'reply {w} to get your {a} and {b}',
]
const honestMails = [
  'I will be late for the {a}, see you at the {b} {w}',
  'shall we do the {a} {w}, after the {b}',
  'thanks for the {a}, the {b} is {w}',
  'I moved the {a} and the {b}, we meet {w}',
]
const heldOutMails = [
  'please look at {a} plus {b} {w}',
  '{w} we have {a} or {b}',
  'a note on {a} and {b} {w}',
  'we wait {w} with {a} and {b}',
]

/** A message that is junk or honest and speaks of today or of later; in a mixed one the two words disagree. */
export const message = (die: Dice, { templates, decides, weights }: Draw): LabeledText => {
  const time = index(die, weights)
  const w = die.pick(hours[time] ?? hours[0])
  const list = (kind: number): readonly string[] => (kind === 0 ? words.junk : words.honest)
  const end = die.chance(0.15) ? '!' : '.'
  const first = die.below(2)
  if (terse(die, templates)) {
    const a = die.pick(list(first))
    const text = fill(die.pick(['the {a} {w}', '{w}: {a}', 'the {a} is {w}']), { a, w })
    return { text: `${capital(text)}.`, classes: { spam: first, time }, cues: { spam: a, time: w } }
  }
  if (die.chance(0.1)) {
    const [a, b] = [die.pick(list(first)), die.pick(list(1 - first))]
    const templatesOfTwo = [
      'the {a} and the {b} are ready {w}',
      'your {a} and then the {b} {w}',
      'first the {a}, then the {b} {w}',
      'we talk about {a} and {b} {w}',
    ]
    const spam = decides === 'last' ? 1 - first : first
    return {
      text: capital(fill(die.pick(templatesOfTwo), { a, b, w })) + end,
      classes: { spam, time },
      cues: { spam: spam === first ? a : b, time: w },
    }
  }
  const [a = '', b = '', c = ''] = die.some(list(first), 3)
  const own = first === 0 ? spamMails : honestMails
  const template = die.chance(0.35) ? die.pick(own) : choose(die, mails, heldOutMails, templates)
  return {
    text: capital(fill(template, { a, b, c, w })) + end,
    classes: { spam: first, time },
    cues: { spam: a, time: w },
  }
}

const tickets = [
  'my {a} and my {b} need a look',
  'the {a} has a {b} problem',
  'there is something wrong with the {a} and the {b}',
  'I need the {a} for my {b}',
  'problem with {a}, {b}',
  'question on {a} and {b}',
  'please help with the {a} and the {b}',
  'it is about the {a}, see {b}',
  'where is the {a}? I also miss the {b}',
  'can you check my {a} and the {b}',
  'the {a} is not what I asked for, nor the {b}',
  'who can tell me about {a} and {b}',
  'another {a}, again without {b}',
]
const heldOutTickets = [
  'we would like the {a} with {b}',
  'can someone see to {a} and {b}',
  'it concerns {a} plus {b}',
  'I write about our {a} and the {b}',
]
const turns = [
  'the {a} is fine now, but the {b} is not',
  'first it was the {a}, now it is the {b}',
  'I asked about {a} before, this time it is {b}',
  'the {a} came up first, then the {b}',
]

/** A ticket for one of five queues, urgent or not; in a mixed one two queues are named. */
export const ticket = (die: Dice, { templates, decides, weights }: Draw): LabeledText => {
  const urgency = index(die, weights)
  const u = die.pick(urgency === 0 ? words.hurry : words.leisure)
  const pools = Object.values(words.queues)
  const queue = die.below(pools.length)
  const dress = (text: string): string =>
    die.pick([`${capital(text)}, ${u}.`, `${capital(text)}. ${capital(u)}.`, `${capital(u)}: ${text}.`])
  if (terse(die, templates)) {
    const a = die.pick(pools[queue] ?? [])
    return {
      text: dress(fill(die.pick(['the {a}', 'my {a}', 'that {a}']), { a })),
      classes: { queue, urgency },
      cues: { queue: a, urgency: u },
    }
  }
  if (die.chance(0.1)) {
    const other = (queue + 1 + die.below(pools.length - 1)) % pools.length
    const [mine, theirs] = [die.pick(pools[queue] ?? []), die.pick(pools[other] ?? [])]
    const [a, b] = decides === 'last' ? [theirs, mine] : [mine, theirs]
    return {
      text: dress(fill(die.pick(turns), { a, b })),
      classes: { queue, urgency },
      cues: { queue: mine, urgency: u },
    }
  }
  const [a = '', b = ''] = die.some(pools[queue] ?? [], 2)
  return {
    text: dress(fill(choose(die, tickets, heldOutTickets, templates), { a, b })),
    classes: { queue, urgency },
    cues: { queue: a, urgency: u },
  }
}

/** A few facts, a question about one of them, the word of the context that answers it and the sentence it stands in. */
export interface Facts {
  readonly context: string
  readonly question: string
  readonly answer: string
  readonly source: string
}

const kinds = [
  {
    say: ['{p} lives in {v}', '{p} has a flat in {v}'],
    ask: ['Where does {p} live?', 'In which city does {p} live?'],
    values: words.cities.map(capital),
  },
  {
    say: ['{p} works as a {v}', '{p} is a {v}'],
    ask: ['What is the job of {p}?', 'What does {p} work as?'],
    values: words.jobs,
  },
  {
    say: ['{p} drives a {v} car', '{p} has a {v} car'],
    ask: ['What color is the car of {p}?', 'Which color does the car of {p} have?'],
    values: words.colors,
  },
  {
    say: ['{p} keeps a {v}', '{p} looks after a {v}'],
    ask: ['Which animal does {p} keep?', 'What animal does {p} have?'],
    values: words.pets,
  },
  {
    say: ['{p} likes {v}', '{p} often eats {v}'],
    ask: ['What does {p} like to eat?', 'Which food does {p} like?'],
    values: words.foods,
  },
]

export const facts = (die: Dice): Facts => {
  const who = die.some(words.people, 2 + die.below(2)).map(capital)
  const lines = who.flatMap(person =>
    die
      .some(kinds, 1 + die.below(2))
      .map(kind => ({ person, kind, value: die.pick(kind.values), say: die.pick(kind.say) })),
  )
  const said = ({ say, person, value }: (typeof lines)[number]): string =>
    `${fill(say.replace('{p}', person), { v: value })}.`
  const asked = die.pick(lines)
  return {
    context: lines.map(said).join(' '),
    question: die.pick(asked.kind.ask).replace('{p}', asked.person),
    answer: asked.value,
    source: said(asked),
  }
}
