import { KkachiError } from '../errors/kkachi-error.ts'
import { ModelError } from '../errors/model-error.ts'
import { type Caller, providerFailure } from './provider-failure.ts'
import { quote, redactedCause } from './quote.ts'
import { retryAfterMs } from './retry-after.ts'

/** The error for what an AI SDK model threw, by the names and fields that the SDK gives its errors. */
export const aiSdkFailure = (error: unknown, caller: Caller, request: string, now: number): unknown => {
  if (KkachiError.is(error)) return error
  const { name, message, statusCode, responseBody, responseHeaders } = fieldsOf(error)
  const headers = { get: (wanted: string) => responseHeaders[wanted] ?? null }
  if (statusCode !== undefined) {
    // Its own cause is left out: it holds the whole request, and the address with what stands in it.
    return providerFailure(caller, {
      status: statusCode,
      body: responseBody ?? message,
      request,
      requestId: responseHeaders['x-request-id'] ?? responseHeaders['request-id'],
      retryAfterMs: retryAfterMs(headers, now),
    })
  }
  const kind = kinds.get(name)
  const [code, what, remedy] = kind ?? unknownKind
  const said = kind ? ` (it says: "${quote(message, caller.redact, request)}")` : ''
  const evidence = { model: caller.model, provider: caller.provider, attempts: 1 }
  const cause = kind ? {} : { cause: redactedCause(error, caller.redact) }
  return new ModelError(code, `${caller.model} ${what}${said}. ${remedy}`, { ...evidence, ...cause })
}

const malformed = ['model/malformed', 'answered with something that is no answer', 'Try again.'] as const
const refused = ['model/request', 'refused the request', 'Check the options of the request.'] as const
const noKey = ['model/authentication', 'has no key', 'Give the provider of the model its key.'] as const
const unable = ['model/unsupported', 'cannot do what is asked', 'Leave it out, or choose another model.'] as const
const unknownKind = ['model/transport', 'could not be asked', 'Check the network, or try again.'] as const

const kinds = new Map<string, readonly [ModelError['code'], string, string]>([
  ['AI_EmptyResponseBodyError', malformed],
  ['AI_InvalidResponseDataError', malformed],
  ['AI_JSONParseError', malformed],
  ['AI_NoContentGeneratedError', malformed],
  ['AI_TypeValidationError', malformed],
  ['AI_InvalidArgumentError', refused],
  ['AI_InvalidPromptError', refused],
  ['AI_NoSuchModelError', refused],
  ['AI_LoadAPIKeyError', noKey],
  ['AI_LoadSettingError', noKey],
  ['AI_UnsupportedFunctionalityError', unable],
])

interface Fields {
  readonly name: string
  readonly message: string
  readonly statusCode: number | undefined
  readonly responseBody: string | undefined
  readonly responseHeaders: Readonly<Record<string, string | undefined>>
}

const fieldsOf = (error: unknown): Fields => {
  const fields: object = typeof error === 'object' && error !== null ? error : {}
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(fields, name)
    return typeof value === 'string' ? value : undefined
  }
  const status: unknown = Reflect.get(fields, 'statusCode')
  const headers: unknown = Reflect.get(fields, 'responseHeaders')
  return {
    name: text('name') ?? '',
    message: text('message') ?? String(error),
    statusCode: typeof status === 'number' ? status : undefined,
    responseBody: text('responseBody'),
    responseHeaders: typeof headers === 'object' && headers !== null ? { ...headers } : {},
  }
}
