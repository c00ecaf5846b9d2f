import { difficulties } from './difficulties.ts'
import { evidenceIn } from './evidence.ts'
import { uniform } from './hashing.ts'
import { metaAnswer } from './meta-answer.ts'
import { readPrompt, writeAnswer } from './prompt-reading.ts'
import { ruleReader } from './said-rules.ts'
import { taskAnswer } from './task-answer.ts'
import { textOf } from './wire-message.ts'
import {
  inProcess,
  type Judged,
  type Row,
  signatureText,
  type TaskShape,
  type WireRequest,
  type World,
} from './world.ts'
import { type Difficulty, type Item, itemOf, type Kind, kindsOf, type TaskName, taskShape } from './world-items.ts'
import { advice } from './world-vocabulary.ts'

export interface WorldOptions {
  readonly task: TaskName
  readonly difficulty: Difficulty
  readonly seed: number
  /** Items of each set, 60 when absent. */
  readonly train?: number
  readonly dev?: number
  readonly test?: number
}

export interface SimulatedWorld extends World {
  /** What an instruction would have to say: for tests, hidden from optimizers. */
  readonly kinds: readonly Kind[]
  itemOf(row: Row): Item
}

const codes = /\b\d{5}\b/g

/**
 * A world whose model gets an item right with a probability that rises with what the prompt holds: the rule of the
 * item's kind in the instruction, in whatever words, and demos of its kind. The same model answers prompts about the
 * task: it sees rules in the examples it is shown, remembers those it is told, and is now and then mistaken.
 *
 * @example
 * const { train, dev, metric, model } = simulatedWorld({ task: 'classify', difficulty: 'easy', seed: 1 })
 */
export const simulatedWorld = (options: WorldOptions): SimulatedWorld => {
  const { task, difficulty, seed } = options
  const setting = difficulties[task === 'multi-hop' ? 'multi-hop' : 'single'][difficulty]
  const shape = taskShape(task, seed)
  const kinds = kindsOf(task, shape, seed, setting.kinds, setting.skew)
  const items = new Map<string, Item>()
  const rows = (count = 60): readonly Row[] =>
    Array.from({ length: count }, () => {
      const item = itemOf(shape, kinds, seed, items.size, setting.spread)
      items.set(item.code, item)
      return rowOf(shape, item)
    })
  const [train, dev, test] = [rows(options.train), rows(options.dev), rows(options.test)]
  const itemIn = (text: string): Item | undefined => {
    for (const [code] of text.matchAll(codes)) {
      const item = items.get(code)
      if (item) return item
    }
    return undefined
  }
  const saidIn = ruleReader(kinds, advice, sentence => itemIn(sentence) !== undefined)

  const answer = ({ messages, temperature, draw, schema }: WireRequest): string => {
    const prompt = readPrompt(messages, schema)
    const key = [seed, (temperature ?? 0) > 0 ? (draw ?? '') : '']
    const item = itemIn(prompt.last)
    if (item !== undefined && prompt.asked.some(field => shape.outputs.includes(field))) {
      const said = saidIn(prompt.system)
      return writeAnswer(prompt.shape, taskAnswer(prompt, item, said, setting.strengths, shape.outputs, itemIn, key))
    }
    const text = messages.map(textOf).join('\n\n')
    const proposal = {
      kinds,
      strengths: setting.proposer,
      said: saidIn(text),
      evidence: evidenceIn(text, codes, items),
      key: [...key, 'meta', uniform(text)],
    }
    return writeAnswer(prompt.shape, metaAnswer(prompt, proposal))
  }

  const name = `${task}-${difficulty}-${seed}`
  return {
    name,
    signature: signatureText(shape),
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
    metric: (row, prediction) => judged(shape, row, prediction, itemIn(row[shape.input] ?? '')),
  }
}

const rowOf = (shape: TaskShape, item: Item): Row => {
  const last = shape.outputs.length - 1
  return { [shape.input]: item.text, [shape.outputs[last] ?? '']: item.gold[last] ?? '' }
}

const judged = (shape: TaskShape, row: Row, prediction: object, item: Item | undefined): Judged => {
  const given = prediction as Readonly<Record<string, unknown>>
  const last = shape.outputs.at(-1) ?? ''
  const passed = given[last] === row[last]
  const said = shape.outputs.map((field, hop) => {
    const gold = item?.gold[hop] ?? ''
    return given[field] === gold
      ? `The ${field} ${gold} is right.`
      : `The ${field} should be ${gold}, not ${String(given[field] ?? 'nothing')}.`
  })
  return { score: passed ? 1 : 0, passed, feedback: said.join(' ') }
}
