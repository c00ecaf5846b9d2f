import type { ModelRequest } from '../ports/language-model.ts'
import { textOf } from '../ports/message.ts'

/** Tokens a chat template may add around one message. */
const perMessage = 16
/** Tokens counted for an image, a sound or a file, whose size in tokens only the provider knows. */
const perAttachment = 2_000
/** UTF-8 bytes of a token, the fewest that are usual: English has about 4, Chinese and Korean about 3. */
const bytesPerToken = 3

/** Tokens of a call, of the question and of all its answers. */
export interface CallTokens {
  readonly input: number
  readonly output: number
}

/**
 * The most tokens a request can cost: no tokenizer in use makes more tokens than a text has UTF-8 bytes, and the answer
 * cannot be longer than `maxTokens`.
 */
export const tokenBound = (request: ModelRequest, maxTokens: number): CallTokens => ({
  input: inputSize(request, bytes => bytes),
  output: maxTokens * (request.n ?? 1),
})

/** About how many tokens a request will cost, where `answerTokens` is how long an answer is when nothing bounds it. */
export const tokenEstimate = (request: ModelRequest, answerTokens: number): number =>
  inputSize(request, bytes => Math.ceil(bytes / bytesPerToken)) + (request.maxTokens ?? answerTokens) * (request.n ?? 1)

const inputSize = (request: ModelRequest, tokensOf: (bytes: number) => number): number => {
  let size = 0
  for (const message of request.messages) {
    size += tokensOf(bytesOf(textOf(message))) + perMessage
    if (message.role === 'assistant' && message.toolCalls) {
      size += tokensOf(bytesOf(JSON.stringify([message.toolCalls, message.thoughts])))
    }
    if (typeof message.content === 'string') continue
    for (const part of message.content) if (part.type !== 'text') size += perAttachment
  }
  // A grammar bounds what is drawn; no model reads it.
  for (const part of [request.tools, request.responseSchema]) {
    if (part !== undefined) size += tokensOf(bytesOf(JSON.stringify(part)))
  }
  return size
}

/** The length of a text in UTF-8. */
const bytesOf = (text: string): number => {
  let bytes = 0
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    // A pair of surrogates is four bytes: two for each half.
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit < 0xe000 ? 2 : 3
  }
  return bytes
}
