import type { Assignment } from './ticket.ts'

/** The prompt format an answer is written in. */
export type AnswerFormat = 'chat' | 'json'

/** The answer of a model that did as it was told. */
export const answerText = ({ team, quote }: Assignment, format: AnswerFormat): string =>
  format === 'json'
    ? JSON.stringify({ team, quote })
    : `[[ ## team ## ]]\n${team}\n\n[[ ## quote ## ]]\n${quote}\n\n[[ ## completed ## ]]`

/** The beginning of an answer, cut in the middle of its quote. */
export const cutText = (text: string): string => text.slice(0, text.indexOf('order') + 6)

const usage = { prompt_tokens: 120, completion_tokens: 40, total_tokens: 160 }

/** A whole chat completion as JSON. */
export const completion = (content: string | null, reason = 'stop'): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'sim',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: reason }],
    usage,
  })

const chunk = (choices: readonly object[], rest: object = {}): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'sim', choices, ...rest })}\n\n`

/** A piece of a streamed answer as its event. */
export const contentEvent = (content: string): string =>
  chunk([{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }])

/** What follows the content of a stream that ends as it should. */
export const closingEvents = (reason = 'stop'): readonly string[] => [
  chunk([{ index: 0, delta: {}, finish_reason: reason }]),
  chunk([], { usage }),
  'data: [DONE]\n\n',
]

/** A text in pieces of 8 characters, each as its event. */
export const contentEvents = (text: string): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / 8) }, (_, index) => contentEvent(text.slice(index * 8, index * 8 + 8)))
