import type { Usage } from '../data/usage.ts'
import { hasPool } from '../modules/demo-pool.ts'
import type { PromptOptions } from '../ports/adapter.ts'
import type { Context } from '../ports/context.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { textOf } from '../ports/message.ts'
import type { AnyModule, Demo, ProgramState } from '../ports/module.ts'

/** How likely the model is to give the right answer to a row. */
export interface AnswerLikelihood {
  /** Natural logarithm of the probability of the whole answer, written as the format writes it, at temperature 1; at most 0. */
  readonly logprob: number
  /** Of the answer and its end. */
  readonly tokens: number
  /** The same as a share of 1: how often the model would write exactly this. The finer brother of right and wrong. */
  readonly probability: number
  readonly usage: Usage
}

/** What is asked to know a likelihood: the messages, and the answer that should follow. */
export interface LikelihoodQuestion {
  readonly request: ModelRequest
  readonly answer: string
}

/** Tells how likely the right answers are; nothing runs, and no metric judges. */
export interface LikelihoodOf {
  /**
   * Undefined for a row without all its inputs and labels, and for demos that are chosen at each call. Whoever asks leaves
   * the row's own demo out of the state (`withoutRow`).
   */
  question(state: ProgramState, row: object): LikelihoodQuestion | undefined
  /**
   * One call of the model. Undefined where there is no question.
   *
   * @throws what the model throws
   */
  of(state: ProgramState, row: object, signal?: AbortSignal): Promise<AnswerLikelihood | undefined>
}

/**
 * Opens the likelihood of right answers: what the model makes of the answer that a demo of the row would show, after the
 * prompt that the program would send.
 *
 * Undefined where there is none: the model scores no answers (`LanguageModel.score`); the program has several predictors,
 * whose answers no row knows; or the format asks twice (`twoStep`), so that nobody knows how the model should write.
 *
 * An answer that is right in other words counts as unlikely: it is a signal for labels and short answers.
 */
export const answerLikelihood = (
  program: AnyModule,
  { model, adapter, signal: left }: Pick<Context, 'model' | 'adapter' | 'signal'>,
): LikelihoodOf | undefined => {
  const score = model.score?.bind(model)
  const [only, ...others] = program.predictors
  if (score === undefined || only === undefined || others.length > 0 || adapter?.extraction !== undefined) {
    return undefined
  }
  const { path } = only
  const options: PromptOptions = { ...(adapter && { adapter }), ...capabilitiesOf(model) }
  const answers = new WeakMap<object, { readonly text: string | undefined }>()

  const predictorOf = (state: ProgramState) => program.withState(state).predictors[0] ?? only

  /** The answer stands in a prompt that shows the row as its only demo. */
  const answerOf = (row: object): string | undefined => {
    const known = answers.get(row)
    if (known !== undefined) return known.text
    const text = isWhole(program, row) ? writtenAs(row as Demo) : undefined
    answers.set(row, { text })
    return text
  }
  const writtenAs = (row: Demo): string | undefined => {
    const state = { ...program.state, [path]: { ...only.state, demos: [row] } }
    const { messages, sharedMessages } = predictorOf(state).prompt(inputOf(program, row), options)
    const written = messages.slice(0, sharedMessages).findLast(({ role }) => role === 'assistant')
    const text = written === undefined ? '' : textOf(written)
    return text === '' ? undefined : text
  }

  const question: LikelihoodOf['question'] = (state, row) => {
    const answer = answerOf(row)
    return answer === undefined || hasPool(state)
      ? undefined
      : { request: predictorOf(state).prompt(inputOf(program, row as Demo), options), answer }
  }

  return {
    question,
    async of(state, row, signal = left) {
      const asked = question(state, row)
      if (asked === undefined) return undefined
      const request = signal === undefined ? asked.request : { ...asked.request, signal }
      const { scores, usage } = await score(request, [asked.answer])
      const { logprob, tokens } = scores[0] ?? { logprob: -Number.MAX_VALUE, tokens: 1 }
      return { logprob, tokens, probability: Math.exp(logprob), usage }
    },
  }
}

const capabilitiesOf = ({ capabilities }: LanguageModel): Pick<PromptOptions, 'capabilities'> =>
  capabilities ? { capabilities } : {}

/** Whether a row has all that the program's one predictor reads and writes. */
const isWhole = ({ predictors }: AnyModule, row: object): boolean => {
  const { inputs = [], outputs = [] } = predictors[0]?.signature ?? {}
  const needed = inputs.filter(field => !field.optional && field.default === undefined)
  return [...needed, ...outputs].every(({ name }) => Object.hasOwn(row, name) && ((row as Demo)[name] ?? null) !== null)
}

const inputOf = ({ predictors }: AnyModule, row: Demo): Demo =>
  Object.fromEntries(
    (predictors[0]?.signature.inputs ?? [])
      .filter(({ name }) => Object.hasOwn(row, name))
      .map(({ name }) => [name, row[name]]),
  )
