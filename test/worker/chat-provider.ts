import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request for a chat completion, as it arrived. */
export interface Asked {
  readonly authorization: string | undefined
  /** The instructions that the prompt holds: what tells versions of a program apart. */
  readonly prompt: string
  readonly stream: boolean
  /** Whether the other side closed the connection before the answer was whole. */
  gone: boolean
}

export interface ChatProvider {
  readonly url: string
  readonly asked: Asked[]
  close(): Promise<void>
}

/** What a provider says to a prompt: pieces of text, with a wait before each; or a refusal. */
export type Saying = (prompt: string) => { readonly pieces: readonly string[]; readonly waitMs?: number } | number

/** An OpenAI-compatible server that says what it is told to, whole or streamed. */
export const chatProvider = async (say: Saying): Promise<ChatProvider> => {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => {
      body += piece
    })
    request.on('end', async () => {
      const { messages, stream = false } = JSON.parse(body) as {
        messages: { content: string }[]
        stream?: boolean
      }
      const prompt = messages.map(({ content }) => content).join('\n')
      const one: Asked = { authorization: request.headers.authorization, prompt, stream, gone: false }
      asked.push(one)
      response.on('close', () => {
        one.gone = !response.writableFinished
      })
      const said = say(prompt)
      if (typeof said === 'number') {
        response.writeHead(said, { 'content-type': 'application/json', 'retry-after': '1' })
        response.end(JSON.stringify({ error: { message: `No, not with ${request.headers.authorization}: ${prompt}` } }))
        return
      }
      const { pieces, waitMs = 0 } = said
      const wait = () => new Promise(resolve => setTimeout(resolve, waitMs))
      const usage = { prompt_tokens: 50, completion_tokens: 10, total_tokens: 60 }
      const frame = { id: 'c', model: 'scripted', created: 0 }
      if (!stream) {
        for (const _ of pieces) await wait()
        const message = { role: 'assistant', content: pieces.join('') }
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({
            ...frame,
            object: 'chat.completion',
            choices: [{ index: 0, message, finish_reason: 'stop' }],
            usage,
          }),
        )
        return
      }
      response.setHeader('content-type', 'text/event-stream')
      const send = (choices: unknown, more = {}) =>
        response.write(`data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices, ...more })}\n\n`)
      for (const content of pieces) {
        await wait()
        if (response.destroyed) return
        send([{ index: 0, delta: { content }, finish_reason: null }])
      }
      send([{ index: 0, delta: {}, finish_reason: 'stop' }])
      send([], { usage })
      response.end('data: [DONE]\n\n')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
