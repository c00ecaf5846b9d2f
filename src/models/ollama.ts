import type { LanguageModel } from '../ports/language-model.ts'
import { askedOtherwise } from './asked-otherwise.ts'
import { drawnSeparately } from './drawn-separately.ts'
import { type OpenAICompatibleOptions, openaiCompatible } from './openai-compatible.ts'
import { withoutThinkTags } from './think-tags.ts'

export interface OllamaOptions extends Omit<OpenAICompatibleOptions, 'provider' | 'maxTokensField'> {
  /** Whether a model that can think does, or how hard; as the model is made when absent. */
  readonly think?: boolean | 'low' | 'medium' | 'high'
}

/**
 * A model of an Ollama server, through its OpenAI-compatible endpoint: `openaiCompatible` with what is peculiar to it.
 *
 * 1. It is asked at `http://localhost:11434/v1` and needs no key.
 * 2. Thoughts are reasoning, in a field of their own or between `<think>` tags.
 * 3. `n` completions are `n` requests, for the server draws one.
 * 4. **The length of its context cannot be set here**, and a prompt that is longer is cut by the server without a word
 *    (4,096 tokens where nothing says otherwise). Set `OLLAMA_CONTEXT_LENGTH` where the server runs, or `num_ctx` in a
 *    Modelfile.
 * 5. A server that tells no usage leaves it at 0 tokens.
 *
 * @see https://docs.ollama.com/api/openai-compatibility
 * @example
 * const model = ollama({ model: 'qwen3', think: false })
 */
export const ollama = ({ think, ...options }: OllamaOptions): LanguageModel => {
  const served = openaiCompatible({
    baseUrl: 'http://localhost:11434/v1',
    capabilities: { responseSchema: true, tools: true, images: true, reasoning: think !== false },
    ...options,
    provider: 'ollama',
    maxTokensField: 'max_tokens',
  })
  const effort = think === undefined || think === true ? undefined : think === false ? 'none' : think
  return drawnSeparately(
    withoutThinkTags(
      effort === undefined
        ? served
        : askedOtherwise(served, { effort }, request => ({
            ...request,
            extra: { reasoning_effort: effort, ...request.extra },
          })),
    ),
  )
}
