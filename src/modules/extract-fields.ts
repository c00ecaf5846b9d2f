import type { Example } from '../data/example.ts'
import { addUsage } from '../data/usage.ts'
import { PredictionError } from '../errors/prediction-error.ts'
import type { Extraction } from '../ports/adapter.ts'
import type { AttemptCounter } from '../ports/attempt-counter.ts'
import type { Context } from '../ports/context.ts'
import type { Completion, ModelRequest } from '../ports/language-model.ts'
import { type Asking, askModel, tellAnswer } from './ask-model.ts'
import { answersOf, setPredictionDetails, usageOf } from './prediction-details.ts'
import { type Fields, refuseIncomplete } from './read-answers.ts'
import type { PredictorCore } from './run-predictor.ts'

/** A prediction that is under way: what the first call sends, and what bounds both. */
interface FirstCall {
  readonly core: PredictorCore
  readonly context: Context
  readonly asking: Asking
  readonly request: ModelRequest
  readonly attempts: AttemptCounter
}

type Predict = (
  core: PredictorCore,
  input: Example,
  context: Context,
  asking: Asking,
  attempts: AttemptCounter,
) => Promise<Fields>

/** Sends a question as it is and has a second model read the fields from each answer. */
export const extractFields = async (
  extraction: Extraction,
  { core, context, asking, request, attempts }: FirstCall,
  predict: Predict,
): Promise<Fields> => {
  const { broadcast } = asking
  const response = await askModel(request, {
    ...asking,
    broadcast: broadcast && { ...broadcast, parser: () => ({ push: () => [], end: () => [] }) },
  })
  const one = response.completions.length === 1
  const second: Asking = { ...asking, model: extraction.model, broadcast: one ? broadcast : undefined }
  // The sampling is the first model's, and so are the demos of the state.
  const { sampling: _, ...rest } = context
  const read = async (answer: Completion): Promise<Fields> => {
    const { given, signature, input } = extraction.question(core.signature, answer, context.model.capabilities)
    if (signature.outputs.length === 0) return given
    if (attempts.used >= attempts.limit) throw noAttempt(answer, attempts.limit)
    const state = { ...core.state, demos: [] }
    const scope = { ...rest, model: extraction.model, adapter: extraction.adapter }
    const reader: PredictorCore = { name: core.name, signature, state, sampling: undefined, n: 1 }
    const found = await predict(reader, input, scope, second, attempts)
    usage = addUsage(usage, usageOf(found))
    told ??= answersOf(found)[0]?.text
    // In the order of the signature, whatever came from where.
    return Object.fromEntries(
      core.signature.outputs.map(({ name }) => [name, Object.hasOwn(given, name) ? given[name] : found[name]]),
    )
  }
  let { usage } = response
  /** What the second model answered about the first answer that could be read. */
  let told: string | undefined
  let failure: unknown
  const all: { readonly fields: Fields; readonly answer: Completion }[] = []
  for (const answer of response.completions) {
    try {
      refuseIncomplete(answer, response, context.model.id)
      all.push({ fields: await read(answer), answer })
    } catch (error) {
      if (one || context.signal?.aborted === true) throw error
      failure ??= error
    }
  }
  const [first] = all
  if (first === undefined) throw failure
  if (!one && broadcast !== undefined && told !== undefined) await tellAnswer(broadcast, told)
  setPredictionDetails(first.fields, {
    usage,
    completions: all.map(({ fields }) => fields),
    answers: response.completions,
    messages: request.messages,
    reasoning: first.answer.reasoning,
  })
  return first.fields
}

const noAttempt = ({ text }: Completion, limit: number): PredictionError =>
  new PredictionError(
    'prediction/unparsable',
    `No attempt was left for the second model to read the answer: maxAttempts is ${limit}. Raise it: every answer takes one.`,
    { issues: [], text },
  )
