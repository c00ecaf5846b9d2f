import { addUsage, noUsage, type Usage } from '../data/usage.ts'
import type { UsageLedger } from '../data/usage-ledger.ts'
import { ModelError } from '../errors/model-error.ts'
import { responseBuilder } from '../models/response-builder.ts'
import type { FieldDelta, StreamParser } from '../ports/adapter.ts'
import type { LanguageModel, ModelRequest, ModelResponse } from '../ports/language-model.ts'
import type { Tracer } from '../ports/tracer.ts'
import type { EventSink } from './event-sink.ts'

/** Where the fields of an answer are told while it arrives. */
export interface Broadcast {
  readonly sink: EventSink
  readonly path: string
  readonly parser: () => StreamParser
  /** Whether the reader has seen something of this predictor's answer. */
  visible: boolean
}

export interface Asking {
  readonly model: LanguageModel
  readonly usage: UsageLedger | undefined
  readonly tracer: Tracer | undefined
  readonly broadcast: Broadcast | undefined
}

/** One call of the model, in its span, its usage recorded; streamed when somebody listens. */
export const askModel = async (request: ModelRequest, asking: Asking): Promise<ModelResponse> => {
  const { model, tracer } = asking
  const span = tracer?.start({ kind: 'model', name: model.id, input: request.messages, request })
  try {
    const response = await answer(span === undefined ? request : { ...request, tracer: span.tracer }, asking)
    span?.end({ output: response.completions, usage: response.usage, response })
    return response
  } catch (error) {
    span?.end({ error })
    throw error
  }
}

const answer = async (request: ModelRequest, asking: Asking): Promise<ModelResponse> => {
  // Of several completions nobody knows yet which one will be taken: they are told when it is.
  if (asking.broadcast !== undefined && request.n === undefined) return streamed(request, asking, asking.broadcast)
  const response = await asking.model.generate(request)
  asking.usage?.add(response.usage)
  return response
}

const streamed = async (
  request: ModelRequest,
  { model, usage: ledger }: Asking,
  broadcast: Broadcast,
): Promise<ModelResponse> => {
  const { sink, path } = broadcast
  const builder = responseBuilder()
  let parser = broadcast.parser()
  let usage: Usage = noUsage
  try {
    for await (const event of model.stream(request)) {
      builder.add(event)
      if (event.type === 'usage') usage = addUsage(usage, event.usage)
      else if (event.type === 'reset') {
        parser = broadcast.parser()
        if (broadcast.visible) await sink({ type: 'reset', path })
        broadcast.visible = false
      } else if (event.index === 0 && event.type === 'reasoning') {
        broadcast.visible = true
        await sink({ type: 'reasoning', path, delta: event.delta })
      } else if (event.index === 0 && event.type === 'text') await tell(broadcast, parser.push(event.delta))
    }
    await tell(broadcast, parser.end())
  } finally {
    // What a failed stream reported before it failed was spent all the same.
    ledger?.add(usage)
  }
  const response = builder.response()
  if (response !== undefined) return response
  throw new ModelError('model/malformed', `The stream of ${model.id} ended without a finish. Try again.`, {
    model: model.id,
  })
}

/** Tells the fields of an answer that is already complete. */
export const tellAnswer = async (broadcast: Broadcast, text: string): Promise<void> => {
  const parser = broadcast.parser()
  await tell(broadcast, [...parser.push(text), ...parser.end()])
}

const tell = async (broadcast: Broadcast, deltas: readonly FieldDelta[]): Promise<void> => {
  if (deltas.length > 0) broadcast.visible = true
  for (const { field, delta } of deltas) await broadcast.sink({ type: 'field', path: broadcast.path, field, delta })
}
