import { ModelError } from '../../errors/model-error.ts'
import type { LanguageModel } from '../../ports/language-model.ts'
import type { LocalModel } from '../local-model.ts'
import { errorData } from './error-data.ts'
import type { ModelQuestion, ModelReply } from './model-messages.ts'

/** A model as it is asked from elsewhere; one that needs no loading is loaded and never closed. */
export type AskedModel = LanguageModel & Partial<Pick<LocalModel, 'load' | 'close'>>

/**
 * Answers one question with one or more replies, the last of which ends it; an error is one too. Nobody is told anything
 * after an abort.
 */
export const answerQuestion = async (
  model: AskedModel,
  question: ModelQuestion,
  signal: AbortSignal,
  tell: (reply: ModelReply) => void,
): Promise<void> => {
  try {
    const last = await answered(model, question, signal, tell)
    if (!signal.aborted) tell(last)
  } catch (error) {
    if (!signal.aborted) tell({ type: 'error', error: errorData(error) })
  }
}

const answered = async (
  model: AskedModel,
  question: ModelQuestion,
  signal: AbortSignal,
  tell: (reply: ModelReply) => void,
): Promise<ModelReply> => {
  if (question.type === 'generate') {
    return { type: 'answer', response: await model.generate({ ...question.request, signal }) }
  }
  if (question.type === 'stream') {
    for await (const event of model.stream({ ...question.request, signal })) {
      signal.throwIfAborted()
      tell({ type: 'event', event })
    }
    return { type: 'end' }
  }
  if (question.type === 'score') {
    if (model.score === undefined) throw cannot(model, 'scores no answers')
    return { type: 'score', scores: await model.score({ ...question.request, signal }, question.answers) }
  }
  if (question.type === 'identity') return { type: 'identity', identity: await model.identity?.() }
  if (question.type === 'load') {
    if (model.load === undefined) throw cannot(model, 'has nothing to load')
    return { type: 'loaded', facts: await model.load(signal) }
  }
  if (question.type !== 'close') throw cannot(model, `knows no question '${String(Reflect.get(question, 'type'))}'`)
  await model.close?.()
  return { type: 'end' }
}

const cannot = ({ id }: AskedModel, what: string): ModelError =>
  new ModelError('model/unsupported', `${id} ${what}. Ask it for what it can do.`, { model: id })
