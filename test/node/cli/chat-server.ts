import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ChatServer {
  readonly url: string
  /** Every request that was answered, in order: the id it was given, the hash of its body and the model. */
  readonly answered: readonly { readonly id: string; readonly hash: string; readonly model: string }[]
  close(): Promise<void>
}

/** What the teacher writes, and the pupil heeds. */
const rule = 'Say odd or even.'

const answerWith = (fields: readonly string[], messages: readonly { readonly content: string }[]): string => {
  const said = `${rule} ${createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 6)}`
  return fields.map(field => `[[ ## ${field} ## ]]\n${field === 'completed' ? '' : said}`).join('\n\n')
}

/** What the pupil says: right only where the demos show both labels, so that there is something to learn. */
const answerTo = (messages: readonly { readonly role: string; readonly content: string }[]): string => {
  const demos = messages.filter(message => message.role === 'assistant').map(message => message.content)
  const question = messages.at(-1)?.content ?? ''
  const asked = [...question.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].flatMap(([, field]) => field ?? [])
  if (asked.some(field => field !== 'label' && field !== 'completed')) return answerWith(asked, messages)
  const isTold = messages.some(({ role, content }) => role === 'system' && content.includes(rule))
  const knows = isTold || (demos.some(text => text.includes('odd')) && demos.some(text => text.includes('even')))
  const number = Number(/\d+/.exec(question)?.[0])
  const slips = number % 7 === demos.length % 7
  const label = (number % 2 === 0) !== slips ? 'even' : 'odd'
  return `[[ ## label ## ]]\n${knows || number % 5 === 0 ? label : 'number'}\n\n[[ ## completed ## ]]`
}

/** The status a server refuses a request with, by the last message; 200 where it does not. */
export type Refusing = (question: string) => number

/** An OpenAI-compatible server whose answers are a pure function of the messages; it refuses by `refusal`. */
export const chatServer = async (
  latencyMs = 0,
  statusOf: Refusing = () => 200,
  refusal = 'No such thing.',
): Promise<ChatServer> => {
  const answered: { id: string; hash: string; model: string }[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => {
      body += piece
    })
    request.on('end', () => {
      const { messages, model } = JSON.parse(body)
      const content = answerTo(messages)
      const status = statusOf(messages.at(-1)?.content ?? '')
      if (status !== 200) {
        response.statusCode = status
        response.end(JSON.stringify({ error: { message: refusal } }))
        return
      }
      setTimeout(() => {
        if (response.destroyed) return
        const id = `call-${answered.length}-`
        answered.push({ id, hash: createHash('sha256').update(body).digest('hex'), model })
        response.setHeader('x-request-id', id)
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({
            id,
            object: 'chat.completion',
            model,
            choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
            usage: { prompt_tokens: 50, completion_tokens: 10, total_tokens: 60 },
          }),
        )
      }, latencyMs)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    answered,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Numbers and whether they are odd. */
export const numberRows = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index
    return `${JSON.stringify({ text: `the number ${number}`, label: number % 2 === 0 ? 'even' : 'odd' })}\n`
  }).join('')
