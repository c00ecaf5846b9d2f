import type { Example } from '../src/data/example.ts'
import {
  chatText,
  generationPrompt,
  noThought,
  type ToolText,
  thoughtText,
  toolCallText,
  toolResponseText,
  toolsText,
} from './chat-template.ts'
import { aspects, labelSet, sources } from './conventions.ts'
import {
  classification,
  type Episode,
  type EpisodeOptions,
  fresh,
  makers,
  questionAnswering,
  render,
} from './episode.ts'
import type { Dice } from './random.ts'
import { plainField, plainSignature } from './signatures.ts'
import * as words from './words.ts'
import { facts } from './world.ts'

/** One episode of the corpus: a label, an answer from facts, several answers at once, or a call of a tool; with a thought now and then. */
export const anyEpisode = (die: Dice, options: EpisodeOptions): Episode => {
  const made = die.weighted<() => Episode>([
    [() => classification(die, options), 52],
    [() => questionAnswering(die, options), 18],
    [() => labelsOfAText(die, options), 12],
    [() => answerWithItsSource(die, options), 8],
    [() => toolCall(die), 10],
  ])()
  return made.reason !== undefined && !made.about.reasoning && die.chance(0.15)
    ? thinking(made, made.reason)
    : notThinking(made)
}

/** The end of a prompt, telling not to think. */
export const asksForNoThought = (prompt: string): string => prompt + noThought

const notThinking = (episode: Episode): Episode => ({
  ...episode,
  pieces: episode.pieces.toSpliced(episode.answer, 0, [noThought, 0]),
  answer: episode.answer + 1,
})

/** The answer begins with a thought; earlier answers, as Qwen3's template has it, are shown without theirs. */
const thinking = (episode: Episode, thought: string): Episode => ({
  ...episode,
  pieces: episode.pieces.toSpliced(episode.answer, 0, [thoughtText(thought), 0.5]),
  about: { ...episode.about, task: 'thinking', telling: 'own' },
})

/** Both things that can be asked about a text, each in a field of its own. */
const labelsOfAText = (die: Dice, options: EpisodeOptions): Episode => {
  const source = die.pick(sources)
  const asked = die.some(aspects[source], 2).map(aspect => ({ aspect, labels: labelSet(die, aspect).labels }))
  const taken = new Set<string>(['text'])
  const outputs = asked.map(({ aspect }) => {
    const name = die.pick(aspect.outputs.filter(one => !taken.has(one)))
    taken.add(name)
    return name
  })
  const told = asked.map(({ labels }, index) => `${outputs[index]}: ${die.some(labels, labels.length).join(', ')}`)
  const instructions = die.chance(0.4)
    ? undefined
    : die.pick([`Fill in ${told.join('; ')}.`, `Read the text and give ${told.join(' and ')}.`, told.join('\n')])
  const signature = plainSignature(
    [plainField('text', 'input')],
    outputs.map(name => plainField(name, 'output')),
    instructions,
  )
  const demos = options.demos ?? die.below(6)
  const rows = Array.from({ length: demos + 1 }, (): Example => {
    const one = fresh(options.avoid, () =>
      makers[source](die, { templates: options.templates, decides: 'last', weights: aspects[source][1].weights }),
    )
    const labels = asked.map(({ aspect, labels: names }, index) => [
      outputs[index],
      names[one.classes[aspect.name] ?? 0] ?? '',
    ])
    return { text: one.text, ...Object.fromEntries(labels) }
  })
  return render(signature, rows, { task: 'fields', telling: 'own', demos, usual: false, reasoning: false })
}

/** An answer and the sentence it was taken from, in either order. */
const answerWithItsSource = (die: Dice, options: EpisodeOptions): Episode => {
  const evidence = die.pick(['evidence', 'source', 'sentence', 'quote'])
  const outputs = die.some(['answer', evidence], 2)
  const instructions = die.chance(0.5)
    ? undefined
    : die.pick([
        `Answer the question, and copy the sentence that says so into ${evidence}.`,
        `Give the answer and its ${evidence} in the context.`,
      ])
  const signature = plainSignature(
    ['context', 'question'].map(name => plainField(name, 'input')),
    outputs.map(name => plainField(name, 'output')),
    instructions,
  )
  const demos = options.demos ?? die.below(4)
  const rows = Array.from({ length: demos + 1 }, (): Example => {
    const { context, question, answer, source } = facts(die)
    return { context, question, answer, [evidence]: source }
  })
  return render(signature, rows, { task: 'extraction', telling: 'own', demos, usual: false, reasoning: false })
}

interface KnownTool {
  readonly tool: ToolText
  readonly draw: (die: Dice) => readonly [question: string, given: object, response: string, answer: string]
}

const tool = (name: string, description: string, fields: readonly string[]): ToolText => ({
  type: 'function',
  function: {
    name,
    description,
    parameters: {
      type: 'object',
      properties: Object.fromEntries(fields.map(field => [field, { type: 'string' }])),
      required: fields,
    },
  },
})

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const knownTools: readonly KnownTool[] = [
  {
    tool: tool('weather', 'The weather in a city.', ['city']),
    draw: die => {
      const [city, weather] = [capital(die.pick(words.cities)), die.pick(['sunny', 'rainy', 'cloudy', 'windy'])]
      const question = die.pick([`How is the weather in ${city}?`, `Is it nice in ${city} today?`])
      return [question, { city }, weather, `It is ${weather} in ${city}.`]
    },
  },
  {
    tool: tool('job_of', 'What a person works as.', ['person']),
    draw: die => {
      const [person, job] = [capital(die.pick(words.people)), die.pick(words.jobs)]
      return [
        die.pick([`What does ${person} do?`, `Which job has ${person}?`]),
        { person },
        job,
        `${person} is a ${job}.`,
      ]
    },
  },
  {
    tool: tool('find_pet', 'Who keeps an animal.', ['animal', 'city']),
    draw: die => {
      const [animal, city, person] = [
        die.pick(words.pets),
        capital(die.pick(words.cities)),
        capital(die.pick(words.people)),
      ]
      return [`Who keeps a ${animal} in ${city}?`, { animal, city }, person, `${person} keeps a ${animal}.`]
    },
  },
  {
    tool: tool('order_food', 'Orders food for a person.', ['food', 'person']),
    draw: die => {
      const [food, person] = [die.pick(words.foods), capital(die.pick(words.people))]
      return [
        die.pick([`Order ${food} for ${person}.`, `${person} wants ${food}.`]),
        { food, person },
        'done',
        `The ${food} is ordered.`,
      ]
    },
  },
]

/** A question, the call that helps, or no call where no tool does; then perhaps the answer to what the tool said. */
const toolCall = (die: Dice): Episode => {
  const known = die.some(knownTools, 1 + die.below(knownTools.length - 1))
  const helps = die.chance(0.85)
  const { tool: wanted, draw } = helps ? die.pick(known) : die.pick(knownTools.filter(one => !known.includes(one)))
  const [question, given, response, answer] = draw(die)
  const before =
    toolsText(known.map(one => one.tool)) + chatText([{ role: 'user', content: question }]) + generationPrompt
  const call = toolCallText(wanted.function.name, given)
  const goesOn = helps && die.chance(0.4)
  const asked = goesOn ? `${before}${call}<|im_end|>\n${toolResponseText(response)}${generationPrompt}` : before
  const said = goesOn ? answer : helps ? call : 'None of the tools can tell.'
  return {
    pieces: [
      [asked, 0],
      [said, 1],
      ['<|im_end|>', 1],
      ['\n', 0],
    ],
    answer: 1,
    about: { task: 'tools', telling: 'own', demos: 0, group: '0', usual: false, reasoning: false },
  }
}
