import type { ServerResponse } from 'node:http'
import type { AnswerFormat } from './chat-answer.ts'

/** How long things take in a laboratory. */
export interface Timing {
  /** Before any answer. */
  readonly latencyMs: number
  /** What `Retry-After` asks for. */
  readonly retryAfterSeconds: number
  /** How long a server is late or silent; far above `attemptDeadlineMs`. */
  readonly slowMs: number
  /** What a client gives one request, in the rows that are about time. */
  readonly attemptDeadlineMs: number
}

/** What a fault may spoil. */
export interface Exchange {
  readonly response: ServerResponse
  /** The right answer, in its format. */
  readonly text: string
  readonly timing: Timing
}

/**
 * One way to go wrong.
 *
 * `answer`: it passes, so the call is to succeed all the same. `error`: it stays, so the call is to fail at once, typed.
 * `undetectable`: nothing in the protocol tells.
 */
export interface Fault {
  readonly name: string
  readonly owed: 'answer' | 'error' | 'undetectable'
  /** The share of requests it spoils; 0.1 when absent. */
  readonly rate?: number
  /** Calls of a run; 200 when absent. */
  readonly calls?: number
  /** The prompt format; `chat` when absent. */
  readonly format?: AnswerFormat
  /** Whether it is about time, so that the client sets a timeout for each request. */
  readonly isSlow?: boolean
  /** A stream that fails only after its reader has seen something. */
  readonly afterOutput?: boolean
  spoil(exchange: Exchange): void
}

/** Sends a body as JSON. */
export const sendJson = (response: ServerResponse, body: string, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

/** Refuses like OpenAI does. */
export const refuse = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ error: { message: `simulated ${status}`, type: 'simulated', code: null } }))
}

export const htmlPage =
  '<!doctype html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n'

/** Goes on later, unless the client has gone. */
export const later = (response: ServerResponse, ms: number, work: () => void): void => {
  const timer = setTimeout(work, ms)
  response.once('close', () => clearTimeout(timer))
}
