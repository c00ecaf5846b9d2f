import type { Example } from '../data/example.ts'
import { addUsage } from '../data/usage.ts'
import type { Adapter, AdapterPrompt } from '../ports/adapter.ts'
import { type AttemptCounter, attemptCounter } from '../ports/attempt-counter.ts'
import type { Context } from '../ports/context.ts'
import type { ModelRequest, Sampling } from '../ports/language-model.ts'
import type { PredictorState } from '../ports/module.ts'
import type { Signature } from '../signature/signature.ts'
import { inAdapterSpan } from './adapter-span.ts'
import { type Asking, askModel, tellAnswer } from './ask-model.ts'
import { warmEnough } from './drawn-apart.ts'
import { eventSink, type StreamedContext } from './event-sink.ts'
import { extractFields } from './extract-fields.ts'
import { setPredictionDetails, usageOf } from './prediction-details.ts'
import { predictorPath } from './predictor-path.ts'
import { adapterOf, promptOf } from './prompt.ts'
import { hooked } from './prompt-hook.ts'
import { type Fields, readAnswers, unreadable } from './read-answers.ts'

/** A predictor with everything worked out that does not change between calls. */
export interface PredictorCore {
  /** Its path in its own module: `self` or `predict`. */
  readonly name: string
  /** With the learned instructions and descriptions in place. */
  readonly signature: Signature
  readonly state: PredictorState
  readonly sampling: Sampling | undefined
  readonly n: number
  readonly decide?: Decide | undefined
}

/** What a prediction that is decided in another way than by drawing it knows. */
export interface Decision {
  readonly core: PredictorCore
  readonly input: Example
  readonly context: Context
  readonly asking: Asking
  readonly adapter: Adapter
  readonly request: ModelRequest
  readonly attempts: AttemptCounter
}

/** Decides fields otherwise than by drawing them; `draw` draws the prediction as usual, and tells nobody. */
export type Decide = (decision: Decision, draw: () => Promise<Fields>) => Promise<Fields>

/** Requests one prediction may send when the context does not say. */
const defaultMaxAttempts = 4

/** Asks the model, reads the answer, and asks once more when it cannot be read. */
export const runPredictor = (core: PredictorCore, input: Example, context: StreamedContext): Promise<Fields> =>
  context.tracer === undefined && context[eventSink] === undefined
    ? predictFields(core, input, context, {
        model: context.model,
        usage: context.usage,
        tracer: undefined,
        broadcast: undefined,
      })
    : watched(core, input, context)

/** The same, with a span around it and its events told. */
const watched = async (core: PredictorCore, input: Example, context: StreamedContext): Promise<Fields> => {
  const path = predictorPath(context, core.name)
  const sink = context[eventSink]
  const span = context.tracer?.start({ kind: 'predictor', name: path, input })
  try {
    await sink?.({ type: 'predictor-started', path })
    const fields = await predictFields(core, input, context, {
      model: context.model,
      usage: context.usage,
      tracer: span?.tracer,
      broadcast:
        sink === undefined || sink.undecided !== undefined
          ? undefined
          : {
              sink,
              path,
              parser: () => adapterOf(core.state, context.adapter).parser(core.signature),
              visible: false,
            },
    })
    span?.end({ output: fields, usage: usageOf(fields) })
    await sink?.({ type: 'predictor-finished', path, output: fields })
    return fields
  } catch (error) {
    span?.end({ error })
    throw error
  }
}

const predictFields = async (
  core: PredictorCore,
  input: Example,
  context: Context,
  asking: Asking,
  attempts: AttemptCounter = attemptCounter(context.maxAttempts ?? defaultMaxAttempts),
): Promise<Fields> => {
  const { signature } = core
  const { model } = context
  const { capabilities } = model
  const adapter = hooked(adapterOf(core.state, context.adapter), context)
  context.signal?.throwIfAborted()
  const prompt = inAdapterSpan(
    asking.tracer,
    `${adapter.name} format`,
    () => promptOf(core, input, { adapter, ...(capabilities && { capabilities }) }),
    () => ({}),
  )
  attempts.take()
  let request = requestOf(core, prompt, context, attempts)
  if (core.decide !== undefined) {
    const drawing = { ...core, decide: undefined }
    return core.decide({ core, input, context, asking, adapter, request, attempts }, () =>
      predictFields(drawing, input, context, { ...asking, broadcast: undefined }, attempts),
    )
  }
  if (adapter.extraction !== undefined) {
    return extractFields(adapter.extraction, { core, context, asking, request, attempts }, predictFields)
  }
  let response = await askModel(request, asking)
  let { usage } = response
  const read = () =>
    inAdapterSpan(
      asking.tracer,
      `${adapter.name} parse`,
      () => readAnswers(adapter, signature, response, model),
      outcome => (outcome.fields === undefined ? { error: outcome.error } : { output: outcome.fields }),
    )
  let reading = read()
  if (reading.fields === undefined && unreadable(reading.error)) {
    // What a reader has seen is not taken back, and nothing is sent beyond the bound.
    if (asking.broadcast?.visible === true || !attempts.take()) throw reading.error
    const again = adapter.reask(signature, reading.answer.text, reading.error.issues)
    request = { ...request, messages: [...request.messages, ...again] }
    response = await askModel(request, asking)
    usage = addUsage(usage, response.usage)
    reading = read()
  }
  if (reading.fields === undefined) throw reading.error
  const { fields, all, answer } = reading
  if (asking.broadcast !== undefined && request.n !== undefined) await tellAnswer(asking.broadcast, answer.text)
  const { reasoning } = answer
  setPredictionDetails(fields, {
    usage,
    completions: all,
    answers: response.completions,
    messages: request.messages,
    reasoning,
  })
  return fields
}

/** What is sent: the prompt, the sampling of predictor and context, and what bounds the call. */
const requestOf = (
  core: PredictorCore,
  prompt: AdapterPrompt,
  { sampling, signal, rolloutId, deadlineMs }: Context,
  attempts: AttemptCounter,
): ModelRequest => ({
  ...prompt,
  ...core.sampling,
  ...sampling,
  attempts,
  ...(core.n === 1
    ? undefined
    : { n: core.n, temperature: warmEnough(sampling?.temperature ?? core.sampling?.temperature) }),
  ...(signal === undefined ? undefined : { signal }),
  ...(rolloutId === undefined ? undefined : { rolloutId }),
  ...(deadlineMs === undefined ? undefined : { deadlineMs }),
})
