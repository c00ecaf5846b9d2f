import { canonicalJson } from '../../src/data/canonical-json.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { type ScriptedAnswer, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'

/** Questions to double a number, and their answers. */
export const doublings = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    question: `What is twice ${from + index}?`,
    answer: String(2 * (from + index)),
  }))

/** A program of two predictors, so that paths, traces and several calls a run are in play. */
export const doubler = () =>
  program(
    'question -> answer',
    { hint: predict('question -> hint'), steps: [chainOfThought('question, hint -> answer')] as const },
    async ({ question }, { hint, steps: [solve] }) => solve({ question, hint: (await hint({ question })).hint }),
  )

export const isRight = (example: { readonly answer: string }, prediction: { readonly answer: string }) =>
  prediction.answer === example.answer

/**
 * A model that doubles: a pure function of the request, right more often the more demos it is shown, with answers of very
 * different lengths; some questions it has to be asked twice. Asked for anything else it writes rules, some of which help
 * it. `delays` decides who finishes first: turns of the microtask queue, other ones for each value.
 */
export const doublingModel = (delays?: number): ScriptedModel =>
  scriptedModel(async request => {
    const { messages, temperature = 0 } = request
    const question = messages.findLast(message => /twice \d/.test(textOf(message)))
    const text = question === undefined ? '' : textOf(question)
    const number = Number(/twice (\d+)/.exec(text)?.[1])
    const demos = messages.filter(({ role }) => role === 'assistant').length
    if (delays !== undefined) await turns(hash(`${delays} ${canonicalJson(messages)}`) % 300)
    if (question === undefined) return written(request)
    if (number % 9 === 4 && messages.at(-1) === question) return 'I would rather talk about the weather.'
    const luck = hash(`${number} ${temperature}`) % 10
    const advised = Number(/Rule (\d)/.exec(messages.map(textOf).join('\n'))?.[1] ?? 0)
    const answer = luck < 4 + Math.min(demos + advised, 4) ? 2 * number : 2 * number + 1
    const says: Readonly<Record<string, string>> = {
      hint: 'Add it to itself.',
      reasoning: `${number} and ${number}. `.repeat(1 + (number % 7)),
    }
    return sections(text, field => says[field] ?? String(answer))
  })

/** Every field that a prompt asks for. */
const sections = (prompt: string, textIn: (field: string) => string): string =>
  Array.from(prompt.matchAll(/`\[\[ ## (\w+) ## \]\]`/g), match => match[1] ?? '')
    .map(field => `[[ ## ${field} ## ]]\n${textIn(field)}`)
    .join('\n\n')

/** What it writes: one of ten rules for each answer that is drawn. */
const written = ({ messages, rolloutId, n = 1 }: ModelRequest): ScriptedAnswer => {
  const last = messages.at(-1)
  const prompt = last === undefined ? '' : textOf(last)
  const draw = (index: number) => hash(canonicalJson([messages, rolloutId, index])) % 10
  const [first = '', ...others] = Array.from({ length: n }, (_, index) =>
    sections(prompt, () => `Rule ${draw(index)}: double with care.`),
  )
  const completion = (text: string) => ({ text, finishReason: 'stop' as const })
  return n === 1 ? first : { completions: [completion(first), ...others.map(completion)] }
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
}

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
