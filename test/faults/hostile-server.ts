/*
 * A server of its own process, so that what it does does not count as its reader's: it answers
 * `/KEY/v1/chat/completions` with the hostile answer of that key. Prints its port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostileAnswers } from './hostile-answers.ts'

const answers = new Map(hostileAnswers.map(answer => [answer.key, answer]))

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', piece => {
    body += piece
  })
  request.on('end', () => {
    response.on('error', () => {}) // the reader has left
    const answer = answers.get(request.url?.split('/')[1] ?? '')
    if (answer) answer.send(response, body)
    else response.writeHead(404).end()
  })
})

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
// It ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume()
