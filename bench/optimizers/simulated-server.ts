/*
 * Serves simulated worlds over HTTP, so that every library asks the very same model and the server counts the calls.
 * Prints its port.
 *
 *   POST /RUN/WORLD/v1/chat/completions   answers as OpenAI's API does, counted for RUN
 *   POST /RUN/WORLD/metric                { row, prediction } judged; nothing is counted
 *   GET  /RUN/WORLD/world                 signature, instructions and data
 *   GET  /RUN/WORLD/counts                { calls, completions, promptTokens, completionTokens } of RUN so far
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { worldOf } from './named-world.ts'
import { tokensIn } from './token-count.ts'
import { type JsonObject, textOf, type WireMessage } from './wire-message.ts'

interface Counts {
  calls: number
  completions: number
  promptTokens: number
  completionTokens: number
  /** How often each request was made, so that a repeated one at a temperature is drawn anew. */
  readonly repeats: Map<string, number>
}

interface ChatBody {
  readonly model?: string
  readonly messages: readonly WireMessage[]
  readonly temperature?: number | null
  readonly n?: number
  readonly response_format?: { readonly json_schema?: { readonly schema?: JsonObject } }
}

const runs = new Map<string, Counts>()

const countsOf = (run: string): Counts => {
  const counts = runs.get(run) ?? { calls: 0, completions: 0, promptTokens: 0, completionTokens: 0, repeats: new Map() }
  runs.set(run, counts)
  return counts
}

const chat = (run: string, world: string, body: ChatBody): object => {
  const counts = countsOf(run)
  const { messages, temperature, n = 1 } = body
  const request = JSON.stringify(messages)
  const repeat = counts.repeats.get(request) ?? 0
  counts.repeats.set(request, repeat + 1)
  const schema = body.response_format?.json_schema?.schema
  const texts = Array.from({ length: n }, (_, index) =>
    worldOf(world).answer({ messages, temperature, draw: `${run}/${repeat}/${index}`, ...(schema && { schema }) }),
  )
  const promptTokens = tokensIn(messages.map(textOf))
  const completionTokens = tokensIn(texts)
  counts.calls += 1
  counts.completions += n
  counts.promptTokens += promptTokens
  counts.completionTokens += completionTokens
  return {
    id: `chatcmpl-${counts.calls}`,
    object: 'chat.completion',
    created: 0,
    model: body.model ?? 'simulated',
    choices: texts.map((content, index) => ({
      index,
      message: { role: 'assistant', content },
      finish_reason: 'stop',
      logprobs: null,
    })),
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  }
}

const answered = (url: string, body: string): object | undefined => {
  const [, run = '', world = '', ...rest] = url.split('/')
  const what = rest.join('/')
  if (what === 'v1/chat/completions') return chat(run, world, JSON.parse(body))
  if (what === 'metric') {
    const { row, prediction } = JSON.parse(body)
    return worldOf(world).metric(row, prediction)
  }
  if (what === 'world') {
    const { signature, instructions, shape, train, dev, test } = worldOf(world)
    return { signature, instructions, shape, train, dev, test }
  }
  if (what === 'counts') {
    const { repeats: _, ...counts } = countsOf(run)
    return counts
  }
  return undefined
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  const reply = (status: number, value: object) => {
    const text = JSON.stringify(value)
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text)
  }
  try {
    const value = answered(request.url ?? '', await bodyOf(request))
    reply(value ? 200 : 404, value ?? { error: { message: `Nothing at ${request.url}.` } })
  } catch (error) {
    reply(400, { error: { message: String(error) } })
  }
})

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', 1024, () =>
  console.log((server.address() as AddressInfo).port),
)
