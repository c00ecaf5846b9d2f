/*
 * A server of its own process that answers any chat completion after 50 ms, in the format its path begins with:
 * `/sections/v1/chat/completions`. Prints its port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chatCompletion } from './chat-completion.ts'
import { type AnswerFormat, answers } from './peer.ts'

const latencyMs = 50

const bodies = new Map(Object.keys(answers).map(format => [format, chatCompletion(format as AnswerFormat)]))

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const body = bodies.get(request.url?.split('/')[1] ?? '') ?? ''
  request.resume().on('end', () => {
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
    }, latencyMs)
  })
})

server.listen(0, '127.0.0.1', 256, () => console.log((server.address() as AddressInfo).port))
