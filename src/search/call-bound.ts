import type { ModelRequest } from '../ports/language-model.ts'
import { textOf } from '../ports/message.ts'

/** Tokens a chat template may add around one message. */
const perMessage = 16
/** Tokens counted for an image, a sound or a file, whose size in tokens only the provider knows. */
const perAttachment = 2_000

/**
 * The most tokens a request can cost: no tokenizer in use makes more tokens than a text has UTF-8 bytes, and the answer
 * cannot be longer than `maxTokens`.
 */
export const tokenBound = (request: ModelRequest, maxTokens: number): number => {
  const texts = request.messages.map(message => bytesOf(textOf(message)) + perMessage)
  const attached = request.messages.flatMap(message =>
    typeof message.content === 'string' ? [] : message.content.filter(part => part.type !== 'text'),
  )
  const schemas = [request.tools, request.responseSchema, request.grammar].map(part =>
    part === undefined ? 0 : bytesOf(JSON.stringify(part)),
  )
  const input = [...texts, ...schemas].reduce((sum, bytes) => sum + bytes, 0) + attached.length * perAttachment
  return input + maxTokens * (request.n ?? 1)
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
