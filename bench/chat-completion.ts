import { type AnswerFormat, answers } from './peer.ts'

/** The body an OpenAI-compatible endpoint answers with. */
export const chatCompletion = (format: AnswerFormat): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'gpt-4o-mini',
    choices: [{ index: 0, message: { role: 'assistant', content: answers[format] }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 120, completion_tokens: 8, total_tokens: 128 },
  })
