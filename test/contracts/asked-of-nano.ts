import { formatChat } from '../../src/adapters/chat-format.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { signature } from '../../src/signature/create.ts'

/** What nano was trained to read, and answers to the end: outside of its world it says anything, for as long as it may. */
export const askedOfNano: ModelRequest = {
  messages: formatChat({
    signature: signature('text -> label', {
      instructions: 'Classify the sentiment of the text as positive or negative.',
    }),
    demos: [],
    input: { text: 'A joy from start to end.' },
  }).messages,
  temperature: 0,
  maxTokens: 64,
}
