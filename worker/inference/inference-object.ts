import type { AskedModel } from '../../src/inference/messages/index.ts'
import { answerOverHttp } from './answer-over-http.ts'

export interface InferenceObjectOptions<Env> {
  /** Makes the model from the bindings; it stays for as long as the object does. */
  readonly model: (env: Env) => AskedModel
}

/** The class of a Durable Object, as workerd expects one. */
export type InferenceObject<Env> = new (state: unknown, env: Env) => { fetch(request: Request): Promise<Response> }

/**
 * A Durable Object that holds a local model: all calls meet in it, so that they share the steps of the network.
 *
 * A Worker alone cannot do this: what one request began, a timer say, ends with it, and others would wait for it forever.
 *
 * @example
 * export const Model = inferenceObject({ model: env => localModel('nano', { … }) })
 */
export const inferenceObject = <Env>({ model }: InferenceObjectOptions<Env>): InferenceObject<Env> =>
  class {
    readonly #env: Env
    #made: AskedModel | undefined

    constructor(_state: unknown, env: Env) {
      this.#env = env
    }

    fetch(request: Request): Promise<Response> {
      return answerOverHttp(() => {
        this.#made ??= model(this.#env)
        return this.#made
      }, request)
    }
  }
