import { completed, formatChat } from '../src/adapters/chat-format.ts'
import { fieldMarker } from '../src/adapters/input-content.ts'
import { wording } from '../src/adapters/wording.ts'
import type { Example } from '../src/data/example.ts'
import type { Signature } from '../src/signature/signature.ts'
import { chatText, generationPrompt } from './chat-template.ts'
import { type Aspect, aspects, labelSet, type Source } from './conventions.ts'
import { instruct, type Telling } from './instructions.ts'
import type { Dice } from './random.ts'
import { plainField, plainSignature, withReasoning } from './signatures.ts'
import { facts, type LabeledText, message, review, type Templates, ticket } from './world.ts'

/** A conversation to learn from: pieces of text, each with the weight of its tokens in the loss. */
export interface Episode {
  readonly pieces: readonly (readonly [string, number])[]
  /** Where the answer to the last question begins. */
  readonly answer: number
  /** Why that answer is right, for episodes that think. */
  readonly reason?: string
  /** What it was drawn as, for the validation table. */
  readonly about: {
    readonly task: string
    readonly telling: string
    readonly demos: number
    readonly group: string
    readonly usual: boolean
    readonly reasoning: boolean
  }
}

export interface EpisodeOptions {
  readonly templates: Templates
  /** Texts the corpus must not hold: the example data. */
  readonly avoid: ReadonlySet<string>
  readonly demos?: number
  readonly telling?: Telling
}

export const makers = { review, message, ticket } as const
const inputNames: Readonly<Record<Source, readonly string[]>> = {
  review: ['review', 'comment', 'opinion', 'feedback'],
  message: ['message', 'email', 'sms', 'mail'],
  ticket: ['ticket', 'request', 'issue', 'complaint'],
}
const anyInput = ['text', 'input', 'document', 'content', 'item', 'sentence', 'passage', 'entry']
const anyOutput = ['label', 'answer', 'category', 'class', 'result', 'output', 'tag', 'response', 'prediction', 'value']
const demoCounts = [
  [0, 22],
  [1, 14],
  [2, 15],
  [3, 12],
  [4, 14],
  [5, 6],
  [6, 6],
  [8, 7],
  [12, 2],
  [16, 2],
] as const

/** A classification episode: a hidden convention, what the instruction tells of it, and demos that follow it. */
export const classification = (die: Dice, options: EpisodeOptions): Episode => {
  const source = die.weighted<Source>([
    ['review', 46],
    ['message', 28],
    ['ticket', 26],
  ])
  const aspect = aspects[source][die.chance(0.68) ? 0 : 1]
  const { labels, meaningless } = labelSet(die, aspect)
  const decides = die.chance(0.72) ? 'last' : 'first'
  const [input, output] = fieldNames(die, source, aspect)
  const telling =
    options.telling ??
    die.weighted<Telling>([
      ['default', 36],
      ['vague', 22],
      ['aspect', 12],
      ['labels', 18],
      ['rule', 12],
    ])
  const literal = die.chance(0.2)
  const instructions =
    telling === 'default' ? undefined : instruct(die, { telling, aspect, labels, meaningless, decides, input, output })
  const type = literal
    ? ({ kind: 'literal', values: die.some(labels, labels.length) } as const)
    : ({ kind: 'string' } as const)
  const plain = plainSignature([plainField(input, 'input')], [plainField(output, 'output', type)], instructions)
  const reasoning = die.chance(0.18)
  const bare = reasoning && die.chance(0.4)
  const demos = options.demos ?? die.weighted(demoCounts)
  let why = ''
  const rows = Array.from({ length: demos + 1 }, (_, position): Example => {
    const one = fresh(options.avoid, () =>
      makers[source](die, {
        templates: options.templates,
        decides,
        weights: die.chance(0.3) ? aspect.weights.map(() => 1) : aspect.weights,
      }),
    )
    const label = labels[one.classes[aspect.name] ?? 0] ?? ''
    why = reason(one, aspect)
    return {
      [input]: one.text,
      [output]: label,
      ...(reasoning && !(bare && position < demos) ? { reasoning: why } : {}),
    }
  })
  const usual = !meaningless && labels === aspect.vocabularies[0]?.[0]
  const made = render(reasoning ? withReasoning(plain) : plain, rows, {
    task: aspect.name,
    telling: literal ? `${telling}+literal` : telling,
    demos,
    usual,
    reasoning,
  })
  return { ...made, reason: why }
}

/** Facts and a question. */
export const questionAnswering = (die: Dice, options: EpisodeOptions): Episode => {
  const [context, question, answer] = die.chance(0.6)
    ? ['context', 'question', 'answer']
    : [
        die.pick(['context', 'facts', 'passage', 'text']),
        die.pick(['question', 'query']),
        die.pick(['answer', 'response', 'value']),
      ]
  const instructions = die.chance(0.5)
    ? undefined
    : die.pick([
        `Answer the ${question}.`,
        `Use the ${context} to answer the ${question}.`,
        `Find the ${answer} in the ${context}.`,
        'Answer with one word.',
        'Give a short answer.',
        '',
        'Look up the fact that is asked for.',
        `Read the ${context} and answer.`,
        'Be helpful.',
        'Do the task.',
      ])
  const plain = plainSignature(
    [plainField(context, 'input'), plainField(question, 'input')],
    [plainField(answer, 'output')],
    instructions,
  )
  const reasoning = die.chance(0.12)
  const bare = reasoning && die.chance(0.4)
  const demos =
    options.demos ??
    die.weighted([
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 2],
      [4, 2],
      [8, 1],
    ] as const)
  let why = ''
  const rows = Array.from({ length: demos + 1 }, (_, position): Example => {
    const one = facts(die)
    why = `The context says: ${one.source}`
    return {
      [context]: one.context,
      [question]: one.question,
      [answer]: one.answer,
      ...(reasoning && !(bare && position < demos) ? { reasoning: why } : {}),
    }
  })
  const made = render(reasoning ? withReasoning(plain) : plain, rows, {
    task: 'qa',
    telling: instructions === undefined ? 'default' : 'vague',
    demos,
    usual: true,
    reasoning,
  })
  return { ...made, reason: why }
}

const fieldNames = (die: Dice, source: Source, aspect: Aspect): readonly [string, string] => {
  if (die.chance(0.4)) return ['text', 'label']
  const input = die.pick(die.chance(0.5) ? anyInput : inputNames[source])
  const output = die.pick(die.chance(0.7) ? anyOutput : aspect.outputs)
  return input === output ? ['text', 'label'] : [input, output]
}

export const fresh = (avoid: ReadonlySet<string>, make: () => LabeledText): LabeledText => {
  let one = make()
  while (avoid.has(one.text)) one = make()
  return one
}

const reason = ({ cues, classes }: LabeledText, aspect: Aspect): string =>
  `The word that counts is "${cues[aspect.name]}": ${aspect.meanings[classes[aspect.name] ?? 0]?.[0]}.`

// Every assistant turn is a target: the values count fully, the frame around them a little in the last one, a missing value not at all.
export const render = (
  signature: Signature,
  rows: readonly Example[],
  about: Omit<Episode['about'], 'group'>,
): Episode => {
  const input = rows.at(-1) ?? {}
  const { messages } = formatChat({ signature, demos: rows.slice(0, -1), input })
  const pieces: (readonly [string, number])[] = []
  const answer = (row: Example, frame: number): void => {
    pieces.push([generationPrompt, 0])
    for (const field of signature.outputs) {
      const value = row[field.name]
      pieces.push([`${fieldMarker(field.name)}\n`, frame])
      pieces.push(value === undefined ? [wording.missing, 0] : [String(value), field.name === 'reasoning' ? 0.5 : 1])
      pieces.push(['\n\n', frame])
    }
    pieces.push([`${fieldMarker(completed)}<|im_end|>`, frame], ['\n', 0])
  }
  let turn = 0
  for (const one of messages) {
    if (one.role === 'assistant') answer(rows[turn++] ?? {}, 0)
    else pieces.push([chatText([one]), 0])
  }
  const begin = pieces.length + 1
  answer(input, 0.1)
  const group = about.demos === 0 ? '0' : about.demos <= 2 ? '1-2' : about.demos <= 6 ? '3-6' : '8-16'
  return { pieces, answer: begin, about: { ...about, group } }
}
