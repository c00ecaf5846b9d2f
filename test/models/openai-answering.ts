import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'

export const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

export const completion = {
  id: 'chatcmpl-1',
  model: 'm-2026',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Paris' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 1 } },
}

interface Sent {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noExplicitAny: a wire body, looked into by the assertions
  readonly body: any
}

/** A model in front of a fetch double, and what was sent to it. */
export const modelAnswering = (
  answer: unknown | (() => Response | Promise<Response>),
  options: Partial<Parameters<typeof openaiCompatible>[0]> = {},
) => {
  const sent: Sent[] = []
  const model = openaiCompatible({
    model: 'm',
    apiKey: 'sk-test-0123456789',
    fetch: async (url, init) => {
      sent.push({ url, headers: { ...(init.headers as Sent['headers']) }, body: JSON.parse(String(init.body)) })
      if (typeof answer === 'function') return answer()
      return typeof answer === 'string' ? new Response(answer) : Response.json(answer)
    },
    ...options,
  })
  return { model, sent }
}

export const eventStream = (...events: unknown[]): string =>
  events.map(event => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('')

export const delta = (delta: object, rest: object = {}) => ({ choices: [{ index: 0, delta, ...rest }] })

export const readAll = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}
