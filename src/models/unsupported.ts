import { ModelError } from '../errors/model-error.ts'

/** The error of a request that a model cannot obey; nothing was sent. */
export const unsupported = (model: string, what: string, remedy: string): ModelError =>
  new ModelError('model/unsupported', `${model} cannot ${what}. ${remedy}`, {
    model,
    provider: model.slice(0, model.indexOf('/')),
    attempts: 0,
  })
