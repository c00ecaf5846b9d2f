import { type Embedder, ModelError } from '../../src/index.ts'
import { type AskedModel, answerQuestion } from '../../src/inference/messages/index.ts'
import { answerOverHttp } from './answer-over-http.ts'
import { answerEmbedding } from './embedder-messages.ts'

export interface InferenceObjectOptions<Env> {
  /** Makes the model from the bindings; it stays for as long as the object does. */
  readonly model?: (env: Env) => AskedModel
  /** Makes the embedder in the same way; both share one memory of WebAssembly. */
  readonly embedder?: (env: Env) => Embedder
}

/** The class of a Durable Object, as workerd expects one. */
export type InferenceObject<Env> = new (state: unknown, env: Env) => { fetch(request: Request): Promise<Response> }

/**
 * A Durable Object that holds a local model, an embedder, or both: all calls meet in it, so that they share the steps of the
 * network.
 *
 * A Worker alone cannot do this: what one request began, a timer say, ends with it, and others would wait for it forever.
 *
 * @example
 * export const Model = inferenceObject({ model: (env: Env) => localModel('nano', { … }) })
 */
export const inferenceObject = <Env>({ model, embedder }: InferenceObjectOptions<Env>): InferenceObject<Env> =>
  class {
    readonly #env: Env
    #model: AskedModel | undefined
    #embedder: Embedder | undefined

    constructor(_state: unknown, env: Env) {
      this.#env = env
    }

    fetch(request: Request): Promise<Response> {
      return answerOverHttp((question, signal, tell) => {
        if (question.type === 'embed') {
          this.#embedder ??= (embedder ?? lacking('embedder'))(this.#env)
          return answerEmbedding(this.#embedder, question, signal, tell)
        }
        this.#model ??= (model ?? lacking('model'))(this.#env)
        return answerQuestion(this.#model, question, signal, tell)
      }, request)
    }
  }

const lacking = (option: keyof InferenceObjectOptions<unknown>) => (): never => {
  const message = `This Worker has no ${option}. Give inferenceObject() the option ${option}, or bind another Worker.`
  throw new ModelError('model/unsupported', message, { model: 'inferenceObject()' })
}
