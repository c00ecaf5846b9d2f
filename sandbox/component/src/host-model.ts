import type { JsonObject, JsonValue } from '../../../src/data/json.ts'
import { parseJson } from '../../../src/data/safe-json.ts'
import { noUsage, type Usage } from '../../../src/data/usage.ts'
import { type CodeOf, errorCodes } from '../../../src/errors/codes.ts'
import { ModelError } from '../../../src/errors/model-error.ts'
import type { Completion, LanguageModel, ModelRequest, ModelResponse } from '../../../src/ports/language-model.ts'
import type { Host } from './host.ts'

const id = 'host'

/** The host's model: its answers are checked here, as those of a server would be. */
export const hostModel = ({ generate }: Host): LanguageModel => ({
  id,
  async generate({ signal: _signal, attempts: _attempts, ...request }: ModelRequest) {
    return readResponse(ask(generate, JSON.stringify(request)))
  },
  // biome-ignore lint/correctness/useYield: nothing streams through the component.
  async *stream() {
    throw new ModelError('model/unsupported', 'The host answers whole. Use run.', { model: id })
  },
})

const ask = (generate: Host['generate'], request: string): string => {
  try {
    return generate(request)
  } catch (error) {
    throw readFailure(error)
  }
}

const isShape = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readResponse = (text: string): ModelResponse => {
  const answer = shapeOf(text)
  const given = Array.isArray(answer?.completions) ? answer.completions : [answer]
  const [first, ...rest] = given.map(completionOf)
  if (first === undefined) throw malformed('no completion')
  return { completions: [first, ...rest], usage: usageOf(answer?.usage) }
}

const completionOf = (value: JsonValue | undefined): Completion => {
  if (!isShape(value) || typeof value.text !== 'string') throw malformed('no text')
  const { text, reasoning, finishReason = 'stop' } = value
  const reason = finishReasons.find(known => known === finishReason)
  if (reason === undefined) throw malformed('a finish reason that is not known')
  return { text, finishReason: reason, ...(typeof reasoning === 'string' ? { reasoning } : {}) }
}

const finishReasons = ['stop', 'length', 'tool-calls', 'content-filter', 'other'] as const

const usageOf = (value: JsonValue | undefined): Usage => {
  if (value === undefined) return { ...noUsage, calls: 1 }
  if (!isShape(value)) throw malformed('a usage that is no object')
  const counted = Object.keys(noUsage).map(key => [key, value[key] ?? (key === 'calls' ? 1 : 0)] as const)
  if (counted.some(([, count]) => typeof count !== 'number')) throw malformed('a usage that is no number')
  return Object.fromEntries(counted) as unknown as Usage // the keys of noUsage, and numbers
}

const shapeOf = (text: string): JsonObject | undefined => {
  try {
    const value = parseJson(text)
    return isShape(value) ? value : undefined
  } catch {
    return undefined
  }
}

const malformed = (what: string): ModelError =>
  new ModelError(
    'model/malformed',
    `The host's answer has ${what}. Give JSON like { "text": "…", "finishReason": "stop" }.`,
    { model: id },
  )

/** What the host says went wrong, with its code where that is one of a model. */
const readFailure = (error: unknown): ModelError => {
  const words = error instanceof Error ? error.message : String(error)
  const told = shapeOf(words)
  const code = typeof told?.code === 'string' && isModelCode(told.code) ? told.code : 'model/transport'
  const message = typeof told?.message === 'string' ? told.message : words
  return new ModelError(code, message, { model: id })
}

const isModelCode = (code: string): code is CodeOf<'model'> =>
  code.startsWith('model/') && Object.hasOwn(errorCodes, code)
