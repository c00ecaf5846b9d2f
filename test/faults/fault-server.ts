import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { derive } from '../../src/data/seeded-random.ts'
import { type AnswerFormat, answerText, completion } from './chat-answer.ts'
import { type Fault, later, sendJson, type Timing } from './fault.ts'
import { sendStream } from './stream-faults.ts'
import { goldOf, ticketIn } from './ticket.ts'

export interface FaultServerOptions {
  readonly fault: Fault
  readonly timing: Timing
  readonly seed: number
  /** The share of requests that are spoilt, read for each; the fault's own when absent. */
  readonly rate?: number
  /** Spoilt requests in a row, of one request; 2 when absent. */
  readonly mostInARow?: number
  /** Told of the ticket of each request that gets no answer for a long time. */
  readonly onSilence?: (ticket: number) => void
}

/** What a server has seen. */
export interface Seen {
  readonly requests: number
  readonly faults: number
  /** Requests about one ticket, the most of all tickets. */
  readonly mostOfOneCall: number
  /** Least seconds from a spoilt request to the next that is the same; infinite without any. */
  readonly gapSeconds: number
}

export interface FaultServer {
  readonly baseUrl: string
  readonly seen: Seen
  close(): Promise<void>
}

/** What is known of one request body. */
interface Asked {
  times: number
  inARow: number
  spoiltAt: number | undefined
}

/**
 * A server that answers every ticket right, and spoils some answers: which ones is decided by the seed, the request and
 * how often it was sent, so a run can be had again whatever arrives first.
 */
export const faultServer = async (options: FaultServerOptions): Promise<FaultServer> => {
  const { fault, timing, seed, mostInARow = 2 } = options
  const format: AnswerFormat = fault.format ?? 'chat'
  const asked = new Map<string, Asked>()
  const ofTicket = new Map<number, number>()
  const seen = { requests: 0, faults: 0, mostOfOneCall: 0, gapSeconds: Number.POSITIVE_INFINITY }

  /** Notes a request, and tells whether it is to be spoilt. */
  const arrived = (body: string, ticket: number): boolean => {
    const now = performance.now()
    const about = (ofTicket.get(ticket) ?? 0) + 1
    ofTicket.set(ticket, about)
    seen.requests += 1
    seen.mostOfOneCall = Math.max(seen.mostOfOneCall, about)
    const one: Asked = asked.get(body) ?? { times: 0, inARow: 0, spoiltAt: undefined }
    asked.set(body, one)
    if (one.spoiltAt !== undefined) seen.gapSeconds = Math.min(seen.gapSeconds, (now - one.spoiltAt) / 1000)
    one.times += 1
    const isSpoilt =
      one.inARow < mostInARow && derive(seed, `${one.times} ${body}`).random() < (options.rate ?? fault.rate ?? 0.1)
    one.inARow = isSpoilt ? one.inARow + 1 : 0
    one.spoiltAt = isSpoilt ? now : undefined
    if (isSpoilt) seen.faults += 1
    return isSpoilt
  }

  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', piece => {
      body += piece
    })
    request.on('end', () => {
      const ticket = ticketIn(body)
      const isSpoilt = arrived(body, ticket)
      const text = answerText(goldOf(ticket), format)
      later(response, timing.latencyMs, () => {
        if (isSpoilt) {
          fault.spoil({ response, text, timing })
          if (fault.isSlow) options.onSilence?.(ticket)
        } else if (body.includes('"stream":true')) sendStream(response, text)
        else sendJson(response, completion(text))
      })
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', 512, resolve))

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
