import type { LanguageModel, ModelRequest, ModelResponse } from '../../src/ports/language-model.ts'
import { difficulties } from './difficulties.ts'
import { uniform } from './hashing.ts'
import { type Evidence, metaAnswer } from './meta-answer.ts'
import { readPrompt, writeAnswer } from './prompt-reading.ts'
import { ruleReader } from './said-rules.ts'
import { taskAnswer } from './task-answer.ts'
import { tokensIn } from './token-count.ts'
import { type JsonObject, textOf, type WireMessage } from './wire-message.ts'
import {
  type Difficulty,
  type Item,
  itemOf,
  type Kind,
  kindsOf,
  type TaskName,
  type TaskShape,
  taskShape,
} from './world-items.ts'

export interface WorldOptions {
  readonly task: TaskName
  readonly difficulty: Difficulty
  readonly seed: number
  /** Items of each set, 60 when absent. */
  readonly train?: number
  readonly dev?: number
  readonly test?: number
}

export type Row = Readonly<Record<string, string>>

/** A request as providers take it; what Kkachi sends in process fits as well. */
export interface WireRequest {
  readonly messages: readonly WireMessage[]
  readonly temperature?: number | null | undefined
  /** Tells apart requests that are alike in all else; without effect at temperature 0. */
  readonly draw?: string
  readonly schema?: JsonObject
}

/** A task, its data, and a model that is good at it as far as the prompt says what matters. */
export interface World {
  readonly name: string
  readonly signature: string
  /** What a user would write first: true, and of no help. */
  readonly instructions: string
  readonly shape: TaskShape
  readonly train: readonly Row[]
  readonly dev: readonly Row[]
  readonly test: readonly Row[]
  /** The model, in process. */
  readonly model: LanguageModel
  /** The text the model answers with, whoever asks. */
  answer(request: WireRequest): string
  metric(row: Row, prediction: object): { readonly score: number; readonly passed: boolean; readonly feedback: string }
  /** What an instruction would have to say: for tests, hidden from optimizers. */
  readonly kinds: readonly Kind[]
  itemOf(row: Row): Item
}

export const simulatedWorld = (options: WorldOptions): World => {
  const { task, difficulty, seed } = options
  const {
    kinds: count,
    skew,
    spread,
    strengths,
    proposer,
  } = difficulties[task === 'multi-hop' ? 'multi-hop' : 'single'][difficulty]
  const shape = taskShape(task, seed)
  const kinds = kindsOf(task, shape, seed, count, skew)
  const items = new Map<string, Item>()
  const rows = (count = 60): readonly Row[] =>
    Array.from({ length: count }, () => {
      const item = itemOf(shape, kinds, seed, items.size, spread)
      items.set(item.code, item)
      return rowOf(shape, item)
    })
  const train = rows(options.train)
  const dev = rows(options.dev)
  const test = rows(options.test)
  const name = `${task}-${difficulty}-${seed}`
  const itemIn = (text: string): Item | undefined => {
    for (const [code] of text.matchAll(/\b\d{5}\b/g)) {
      const item = items.get(code)
      if (item) return item
    }
    return undefined
  }
  const saidIn = ruleReader(kinds, code => items.has(code))

  const answer = ({ messages, temperature, draw, schema }: WireRequest): string => {
    const prompt = readPrompt(messages, schema)
    const key = [seed, (temperature ?? 0) > 0 ? (draw ?? '') : '']
    const item = itemIn(prompt.last)
    if (item !== undefined && prompt.asked.some(field => shape.outputs.includes(field))) {
      const said = saidIn(prompt.system)
      return writeAnswer(prompt.shape, taskAnswer(prompt, item, said, strengths, shape.outputs, itemIn, key))
    }
    const text = messages.map(textOf).join('\n\n')
    const proposal = {
      kinds,
      strengths: proposer,
      said: saidIn(text),
      evidence: evidenceIn(text, items, shape),
      key: [...key, 'meta', uniform(text)],
    }
    return writeAnswer(prompt.shape, metaAnswer(prompt, proposal))
  }

  return {
    name,
    signature: `${shape.input} -> ${shape.outputs.map((field, hop) => typed(field, shape.labels[hop] ?? [])).join(', ')}`,
    instructions: task === 'extract' ? 'Write down the code of the note.' : 'Say where the note belongs.',
    shape,
    train,
    dev,
    test,
    kinds,
    model: inProcess(name, answer),
    answer,
    itemOf: row => {
      const item = itemIn(row[shape.input] ?? '')
      if (item === undefined) throw new RangeError('Expected a row of this world.')
      return item
    },
    metric: (row, prediction) => judged(shape, row, prediction, itemIn),
  }
}

/** What a text shows of each item in it, each item once for each time it stands there. */
export const evidenceIn = (text: string, items: ReadonlyMap<string, Item>, shape: TaskShape): readonly Evidence[] => {
  const places = [...text.matchAll(/\b\d{5}\b/g)].flatMap(({ 0: code, index }) => {
    const item = items.get(code)
    return item ? [{ item, index }] : []
  })
  const merged = new Map<Item, { right: boolean[]; failed: boolean[] }>()
  for (const [place, { item, index }] of places.entries()) {
    const next = places.slice(place + 1).find(later => later.item !== item)?.index ?? text.length
    const before = Math.max(
      text.lastIndexOf('\n\n', index),
      text.lastIndexOf('{', index),
      places[place - 1]?.index ?? 0,
    )
    const inText = text.startsWith(item.text, index - 5) ? item.text.length - 5 : 5
    const around = `${text.slice(before, index - 5)}\n${text.slice(index + inText, Math.min(next, index + 700))}`
    const seen = merged.get(item) ?? { right: [], failed: [] }
    merged.set(item, seen)
    for (const hop of shape.outputs.keys()) {
      const right = visible(around, item.gold[hop] ?? '')
      seen.right[hop] ||= right
      seen.failed[hop] ||= (item.tempting[hop] ?? []).some(value => visible(around, value))
    }
  }
  return [...merged].map(([item, seen]) => ({ item, ...seen }))
}

/** Whether a value stands in a text by itself. */
const visible = (text: string, value: string): boolean => {
  for (let index = text.indexOf(value); index >= 0; index = text.indexOf(value, index + 1))
    if (!/[\w/-]/.test(text[index - 1] ?? ' ') && !/[\w/-]/.test(text[index + value.length] ?? ' ')) return true
  return false
}

const rowOf = (shape: TaskShape, item: Item): Row => {
  const last = shape.outputs.length - 1
  return { [shape.input]: item.text, [shape.outputs[last] ?? '']: item.gold[last] ?? '' }
}

const typed = (field: string, labels: readonly string[]): string =>
  labels.length === 0 ? field : `${field}: ${labels.map(label => `'${label}'`).join(' | ')}`

const judged = (shape: TaskShape, row: Row, prediction: object, itemIn: (text: string) => Item | undefined) => {
  const given = prediction as Readonly<Record<string, unknown>>
  const last = shape.outputs.at(-1) ?? ''
  const passed = given[last] === row[last]
  const item = itemIn(row[shape.input] ?? '')
  const said = shape.outputs.map((field, hop) => {
    const gold = item?.gold[hop] ?? ''
    return given[field] === gold
      ? `The ${field} ${gold} is right.`
      : `The ${field} should be ${gold}, not ${String(given[field] ?? 'nothing')}.`
  })
  return { score: passed ? 1 : 0, passed, feedback: said.join(' ') }
}

const inProcess = (name: string, answer: (request: WireRequest) => string): LanguageModel => {
  const generate = async (request: ModelRequest): Promise<ModelResponse> => {
    request.signal?.throwIfAborted()
    const schema = request.responseSchema?.schema
    const texts = Array.from({ length: request.n ?? 1 }, (_, index) =>
      answer({
        messages: request.messages,
        temperature: request.temperature,
        draw: `${request.rolloutId ?? ''}/${request.seed ?? ''}/${index}`,
        ...(typeof schema === 'object' && { schema: schema as JsonObject }),
      }),
    )
    const [first = '', ...others] = texts
    return {
      completions: [
        { text: first, finishReason: 'stop' },
        ...others.map(text => ({ text, finishReason: 'stop' as const })),
      ],
      usage: usageOf(request.messages, texts),
    }
  }
  return {
    id: `simulated/${name}`,
    generate,
    async *stream(request) {
      const { completions, usage } = await generate(request)
      for (const [index, { text }] of completions.entries()) {
        yield { type: 'text', index, delta: text }
        yield { type: 'finish', index, reason: 'stop' }
      }
      yield { type: 'usage', usage }
    },
  }
}

const usageOf = (messages: readonly WireMessage[], texts: readonly string[]) => ({
  calls: 1,
  cachedCalls: 0,
  attempts: 1,
  inputTokens: tokensIn(messages.map(textOf)),
  outputTokens: tokensIn(texts),
  reasoningTokens: 0,
})
