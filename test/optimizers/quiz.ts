import { canonicalJson } from '../../src/data/canonical-json.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'

/** Puzzles with a color for an answer. */
export const puzzles = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ question: `Puzzle ${from + index}`, answer: color(from + index) }))

export const sameAnswer = (row: { readonly answer: string }, prediction: { readonly answer: string }): boolean =>
  row.answer === prediction.answer

/** Programs of one, two and three predictors for the puzzles. */
export const quizzes = [
  () => predict('question -> answer'),
  () =>
    program(
      'question -> answer',
      { plan: predict('question -> plan'), solve: predict('question, plan -> answer') },
      async ({ question }, { plan, solve }) => solve({ question, plan: (await plan({ question })).plan }),
    ),
  () =>
    program(
      'question -> answer',
      {
        hops: [predict('question -> plan'), predict('question, plan -> hint')],
        solve: predict('question, hint -> answer'),
      },
      async ({ question }, { hops: [first, second], solve }) => {
        const { plan } = await first({ question })
        return solve({ question, hint: (await second({ question, plan })).hint })
      },
    ),
] as const

/**
 * A model for the puzzles: a pure function of the request, right more often with demos and with the right rules in its
 * instructions. Asked for anything else it writes a rule, right or wrong.
 */
export const quizModel = (): ScriptedModel => scriptedModel(quizAnswer)

export const quizAnswer = (request: Pick<ModelRequest, 'messages' | 'temperature' | 'rolloutId'>): string => {
  const { messages, temperature = 0, rolloutId = '' } = request
  const text = messages.map(textOf).join('\n')
  const last = textOf(messages.findLast(({ role }) => role === 'user') ?? { role: 'user', content: '' })
  const fields = Array.from(last.matchAll(/`\[\[ ## (\w+) ## \]\]`/g), match => match[1] ?? '')
  const draw = hash(`${temperature === 0 ? '' : rolloutId} ${canonicalJson(messages)}`)
  const rule = `Heed rule ${'abcdefgh'[draw % 8]}.`
  const number = Number(/Puzzle (\d+)/.exec(last)?.[1] ?? 0)
  const demos = messages.filter(({ role }) => role === 'assistant').length
  const rules = new Set(Array.from(text.matchAll(/rule ([abc])\b/g), match => match[1])).size
  const luck = hash(`${number} ${temperature === 0 ? '' : draw}`) % 10
  const isRight = luck < 2 + Math.min(demos, 3) + 2 * rules
  const says: Readonly<Record<string, string>> = {
    answer: isRight ? color(number) : color(number + 1 + (luck % 2)),
    plan: `Look at ${number % 7}.`,
    hint: `It is near ${number % 5}.`,
    reasoning: 'So it seems.',
    advice: JSON.stringify(Object.fromEntries(pathsIn(text).map(path => [path, rule]))),
  }
  return fields.map(field => `[[ ## ${field} ## ]]\n${says[field] ?? rule}`).join('\n\n')
}

const color = (number: number): string => ['red', 'green', 'blue'][number % 3] ?? ''

const pathsIn = (text: string): readonly string[] =>
  Array.from(new Set(Array.from(text.matchAll(/Predictor (\S+)/g), match => match[1] ?? '')))

export type Fault = 'none' | 'failing' | 'slow' | 'malformed'

/** A model with a fault in a tenth of its calls, which ones the seed and the request say: never the order of arrival. */
export const faulty = (model: LanguageModel, fault: Fault, seed: number): LanguageModel => ({
  ...model,
  async generate(request) {
    const { signal: _, deadlineMs: __, ...asked } = request
    const draw = hash(`${seed} ${canonicalJson(asked)}`)
    if (fault === 'failing' && draw % 10 === 0) {
      throw new ModelError('model/server', 'The server is busy.', { model: model.id, attempts: 1 })
    }
    if (fault === 'slow') for (let turn = 0; turn < draw % 60; turn += 1) await Promise.resolve()
    const response = await model.generate(request)
    if (fault !== 'malformed' || draw % 10 !== 0) return response
    return { ...response, completions: [{ text: 'I would rather not say.', finishReason: 'stop' }] }
  },
})

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
