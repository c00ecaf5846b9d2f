import { parseJson } from '../../src/data/index.ts'
import { KkachiError, RuntimeError } from '../../src/index.ts'
import { errorFrom } from '../../src/inference/messages/index.ts'
import { type ModelCalls, textPieces } from '../../src/models/index.ts'
import type { ServiceQuestion, ServiceReply } from './answer-over-http.ts'
import type { ServiceBinding } from './service-binding.ts'

type Scope = Parameters<Parameters<ModelCalls['generate']>[1]>[0]
type Failure = Extract<ServiceReply, { type: 'error' }>

export interface ServiceAsking {
  readonly binding: ServiceBinding
  readonly id: string
  readonly scope: Scope
  /** Hears of a failure before it is thrown. */
  readonly onFailure?: (failure: Failure) => void
}

const mostBytes = 64 * 2 ** 20

/** What the Worker behind a binding says to a question, line by line; an error it tells is thrown. */
export const serviceReplies = async function* (
  question: ServiceQuestion,
  { binding, id, scope, onFailure = () => {} }: ServiceAsking,
): AsyncGenerator<Exclude<ServiceReply, Failure>, void, undefined> {
  const { status, body } = await scope.wait(
    binding.fetch('https://model.invalid/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: scope.signal,
    }),
  )
  if (status !== 200 || body === null) throw new Error(`it answered with status ${status}`)
  let begun: string[] = []
  for await (const piece of textPieces(body, mostBytes, scope)) {
    const [first = '', ...rest] = piece.split('\n')
    begun.push(first)
    for (const next of rest) {
      const reply = replyFrom(begun.join(''))
      begun = [next]
      if (reply.type !== 'error') yield reply
      else {
        onFailure(reply)
        throw errorFrom(reply.error, id)
      }
    }
  }
}

/** The one reply of this type that a question has. */
export const serviceReply = async <Type extends ServiceReply['type']>(
  question: ServiceQuestion,
  expected: Type,
  asking: ServiceAsking,
): Promise<Extract<ServiceReply, { type: Type }>> => {
  for await (const reply of serviceReplies(question, asking)) {
    if (isA(reply, expected)) return reply
  }
  throw new Error('it ended without an answer')
}

/** What is thrown for an error of the platform. */
export const typedFailure =
  (id: string) =>
  (error: unknown): KkachiError => {
    if (KkachiError.is(error)) return error
    const reason = error instanceof Error ? error.message : String(error)
    const message = `The Worker of ${id} broke off: ${reason}. Check that it is deployed and bound, and look at its log.`
    return new RuntimeError('runtime/failed', message, { cause: error, tried: [{ name: 'service binding', reason }] })
  }

const isA = <Type extends ServiceReply['type']>(
  reply: ServiceReply,
  type: Type,
): reply is Extract<ServiceReply, { type: Type }> => reply.type === type

/** The other end is this package, so a line is what it wrote. */
const replyFrom = (line: string): ServiceReply => {
  const reply = parseJson(line)
  if (typeof reply === 'object' && reply !== null && 'type' in reply) return reply as unknown as ServiceReply
  throw new Error('it said something unknown')
}
