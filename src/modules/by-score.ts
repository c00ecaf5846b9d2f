import type { Example } from '../data/example.ts'
import { addUsage, type Usage } from '../data/usage.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { ModelError } from '../errors/model-error.ts'
import { textOf } from '../ports/message.ts'
import type { LiteralValue } from '../signature/field-type.ts'
import type { Signature } from '../signature/signature.ts'
import { tellAnswer } from './ask-model.ts'
import { messagesOf, reasoningOf, setPredictionDetails, usageOf } from './prediction-details.ts'
import { promptOf } from './prompt.ts'
import type { Decide, Decision } from './run-predictor.ts'

/** How likely the model holds one label to be the right one. */
export interface LabelProbability {
  readonly label: LiteralValue
  /** In [0, 1]; those of one field add up to 1. */
  readonly probability: number
}

/** Ways to fill the decided fields that are weighed at once, at most. */
const mostWays = 256

const known = new WeakMap<object, Readonly<Record<string, readonly LabelProbability[]>>>()

/**
 * The option `decide` of `predict` and `chainOfThought`: the fields of literal type at the end of the signature are not
 * drawn but weighed. Every label is put in its place in the answer, as the format writes it, and the model tells how likely
 * each is (`LanguageModel.score`), all in one pass; the likeliest is the prediction.
 *
 * 1. Fields before them, like `reasoning`, are drawn first, by a call of their own. Without any there is one call only.
 * 2. Several such fields are weighed together, in all combinations; `probabilitiesOf` tells each field's own share.
 * 3. The probabilities are the model's, over the labels alone: those of whole answers, at temperature 1.
 * 4. A field that may be left out, or is of another type, is drawn.
 *
 * @throws ModelError `model/unsupported` from run() for a model without score(); ConfigurationError `configuration/invalid`
 *   where no field at the end is of literal type, there are more than 256 combinations, or `n` is above 1
 * @example
 * const classify = predict("text -> label: 'positive' | 'negative'", { decide: byScore })
 * const prediction = await classify.run({ text: 'a warm film' }, { model: localModel('nano') })
 * probabilitiesOf(prediction).label // [{ label: 'positive', probability: 0.98 }, …]
 */
export const byScore: Decide = async (decision, draw) => {
  const { core, context, asking, request, attempts, adapter } = decision
  const { model } = context
  const score = model.score?.bind(model)
  if (score === undefined) throw noScores(model.id)
  const decided = decidedFields(core.signature)
  const ways = waysOf(decided, core.n)
  if (adapter.extraction !== undefined) throw asksTwice(adapter.name)
  const names = new Set(decided.map(({ name }) => name))
  const isDrawn = core.signature.outputs.some(({ name }) => !names.has(name))
  if (isDrawn && attempts.used >= attempts.limit) throw noAttempt(attempts.limit)
  const first = isDrawn ? await draw() : undefined
  const answers = ways.map(way => answerText(decision, { ...first, ...way }))
  const { messages } = request
  const span = asking.tracer?.start({ kind: 'model', name: `${model.id} score`, input: messages, request })
  const { n: _, ...asked } = request
  const scored = await score(asked, answers).catch(error => {
    span?.end({ error })
    throw error
  })
  span?.end({ output: scored.scores, usage: scored.usage })
  asking.usage?.add(scored.usage)
  const shares = sharesOf(scored.scores.map(({ logprob }) => logprob))
  const best = shares.indexOf(Math.max(...shares))
  const text = answers[best] ?? ''
  const fields = inOrder(core.signature, { ...first, ...ways[best] })
  if (asking.broadcast !== undefined) await tellAnswer(asking.broadcast, text)
  const usage: Usage = first === undefined ? scored.usage : addUsage(usageOf(first), scored.usage)
  setPredictionDetails(fields, {
    usage,
    completions: [fields],
    answers: [{ text, finishReason: 'stop' }],
    messages: first === undefined ? messages : messagesOf(first),
    reasoning: first === undefined ? undefined : reasoningOf(first),
  })
  known.set(
    fields,
    Object.fromEntries(decided.map(({ name, values }) => [name, probabilities(name, values, ways, shares)])),
  )
  return fields
}

/**
 * The probabilities of the labels of each field that `byScore` decided, the likeliest first; empty for other predictions.
 *
 * @example
 * const [likeliest] = probabilitiesOf(prediction).label ?? []
 * if (likeliest && likeliest.probability < 0.8) console.log('ask a person')
 */
export const probabilitiesOf = (prediction: object): Readonly<Record<string, readonly LabelProbability[]>> =>
  known.get(prediction) ?? {}

interface DecidedField {
  readonly name: string
  readonly values: readonly LiteralValue[]
}

type Way = Readonly<Record<string, LiteralValue>>

/** The fields of literal type at the end. */
const decidedFields = ({ outputs }: Signature): readonly DecidedField[] => {
  const fields: DecidedField[] = []
  for (const { name, type, optional } of outputs.toReversed()) {
    if (type.kind !== 'literal' || optional) break
    fields.unshift({ name, values: type.values })
  }
  return fields
}

/** All combinations of labels. */
const waysOf = (fields: readonly DecidedField[], n: number): readonly Way[] => {
  const count = fields.reduce((product, { values }) => product * values.length, 1)
  const wrong =
    fields.length === 0
      ? `the last output is of literal type. Write one like label: 'yes' | 'no', or leave decide out.`
      : count > mostWays
        ? `at most ${mostWays} combinations of labels, got ${count}. Ask for fewer fields at once.`
        : n > 1
          ? 'n to be 1: labels that are weighed have no second draw. Leave n out.'
          : undefined
  if (wrong !== undefined) {
    throw new ConfigurationError('configuration/invalid', `Expected, to decide by score, ${wrong}`, {
      option: 'decide',
    })
  }
  let ways: readonly Way[] = [{}]
  for (const { name, values } of fields) ways = ways.flatMap(way => values.map(value => ({ ...way, [name]: value })))
  return ways
}

/** An answer as the format writes it: the one in a prompt that shows it as its only demo. */
const answerText = ({ core, input, adapter, context }: Decision, outputs: Example): string => {
  const { capabilities } = context.model
  const demo = { ...input, ...outputs }
  const { messages, sharedMessages } = promptOf(
    { signature: core.signature, state: { ...core.state, demos: [demo] } },
    input,
    { adapter, ...(capabilities && { capabilities }) },
  )
  const written = messages.slice(0, sharedMessages).findLast(({ role }) => role === 'assistant')
  return written === undefined ? '' : textOf(written)
}

/** Likelihoods as shares of 1. */
const sharesOf = (logprobs: readonly number[]): readonly number[] => {
  const greatest = Math.max(...logprobs)
  const weights = logprobs.map(logprob => Math.exp(logprob - greatest))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / all)
}

const probabilities = (
  name: string,
  values: readonly LiteralValue[],
  ways: readonly Way[],
  shares: readonly number[],
): readonly LabelProbability[] =>
  values
    .map(label => ({
      label,
      probability: shares.reduce((sum, share, index) => (ways[index]?.[name] === label ? sum + share : sum), 0),
    }))
    .sort((one, other) => other.probability - one.probability)

const inOrder = ({ outputs }: Signature, fields: Example): Record<string, unknown> =>
  Object.fromEntries(outputs.filter(({ name }) => Object.hasOwn(fields, name)).map(({ name }) => [name, fields[name]]))

const noScores = (model: string): ModelError =>
  new ModelError(
    'model/unsupported',
    `${model} scores no answers, so it cannot decide by score. Use a local model, or leave decide out.`,
    { model },
  )

const asksTwice = (adapter: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/invalid',
    `Expected a format that says how an answer is written, to decide by score; ${adapter} reads free answers. Use chat.`,
    { option: 'adapter' },
  )

const noAttempt = (limit: number): ConfigurationError =>
  new ConfigurationError(
    'configuration/invalid',
    `Expected an attempt to be left to weigh the labels after the other fields were drawn: maxAttempts is ${limit}. Raise it by one.`,
    { option: 'maxAttempts' },
  )
