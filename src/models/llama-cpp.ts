import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { askedOtherwise } from './asked-otherwise.ts'
import { drawnSeparately } from './drawn-separately.ts'
import { type OpenAICompatibleOptions, openaiCompatible } from './openai-compatible.ts'
import { withoutThinkTags } from './think-tags.ts'

export interface LlamaCppOptions extends Omit<OpenAICompatibleOptions, 'provider' | 'maxTokensField' | 'model'> {
  /** A server with one model has it whatever it is called; `default` when absent. */
  readonly model?: string
  /** Whether a model whose template lets it choose thinks; as the template has it when absent. */
  readonly think?: boolean
}

/**
 * A model of llama.cpp's `llama-server`, through its OpenAI-compatible endpoint: `openaiCompatible` with what is peculiar
 * to it.
 *
 * 1. It is asked at `http://localhost:8080/v1` and needs no key, unless the server was started with one.
 * 2. Thoughts are reasoning, in a field of their own or between `<think>` tags.
 * 3. `n` completions are `n` requests: the server fills its slots with them, and shares the beginning of the prompt.
 * 4. A tool choice that names a tool is sent as `required` with that tool alone: the server would take the name for `auto`.
 *    Tools need a server started with `--jinja`.
 * 5. A `responseSchema` is turned into a grammar by the server. A grammar of your own, in its GBNF, goes into
 *    `extra: { grammar }`, without a schema beside it; `request.grammar` is Lark and `model/unsupported`.
 * 6. A prompt beyond its context (`-c` of the server, divided among the slots) is `model/context-window`; a server that is
 *    still loading is `model/server`, which passes.
 *
 * @see https://github.com/ggml-org/llama.cpp/tree/master/tools/server
 * @example
 * const model = retried(llamaCpp({ think: false }))
 */
export const llamaCpp = ({ think, model = 'default', ...options }: LlamaCppOptions = {}): LanguageModel => {
  const served = openaiCompatible({
    baseUrl: 'http://localhost:8080/v1',
    capabilities: { responseSchema: true, tools: true, images: true, reasoning: think !== false },
    ...options,
    model,
    provider: 'llamacpp',
    maxTokensField: 'max_tokens',
  })
  const extra = think === undefined ? {} : { chat_template_kwargs: { enable_thinking: think } }
  return drawnSeparately(
    withoutThinkTags(
      askedOtherwise(served, extra, request => ({
        ...withOnlyTool(request),
        ...(think !== undefined || request.extra ? { extra: { ...extra, ...request.extra } } : {}),
      })),
    ),
  )
}

const withOnlyTool = (request: ModelRequest): ModelRequest => {
  const { toolChoice, tools = [] } = request
  if (typeof toolChoice !== 'object') return request
  return { ...request, toolChoice: 'required', tools: tools.filter(({ name }) => name === toolChoice.name) }
}
