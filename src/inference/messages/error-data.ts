import { BudgetError } from '../../errors/budget-error.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { KkachiError } from '../../errors/kkachi-error.ts'
import { ModelError } from '../../errors/model-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { StorageError } from '../../errors/storage-error.ts'

/** An error as plain data, for the way between a worker and whoever asks it. */
export type ErrorData = {
  readonly name: string
  readonly message: string
  readonly cause?: { readonly name: string; readonly message: string }
} & { readonly [evidence: string]: unknown }

/** What of our errors travels beside message and cause. Nothing else does: an error may hold an answer. */
const evidence = [
  ...['code', 'retryable', 'model', 'provider', 'status', 'requestId', 'retryAfterMs', 'attempts'],
  ...['tried', 'spent', 'limit', 'option', 'key'],
]

/** Takes an error apart. */
export const errorData = (error: unknown): ErrorData => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, cause } = error
  const known = KkachiError.is(error) ? Object.entries(error).filter(([field]) => evidence.includes(field)) : []
  return {
    ...Object.fromEntries(known.filter(([, value]) => value !== undefined)),
    name,
    message,
    ...(cause instanceof Error && { cause: { name: cause.name, message: cause.message } }),
  }
}

/** Puts an error together again, as an instance of its class; what was not ours is `runtime/failed` of `model`. */
export const errorFrom = (data: ErrorData, model: string): KkachiError => {
  const { name, message, cause: told, ...rest } = data
  const cause = told && Object.assign(new Error(told.message), { name: told.name })
  const make = familyOf(String(rest.code))
  if (make) return make(message, { ...rest, ...(cause && { cause }) })
  return new RuntimeError('runtime/failed', `${model} broke off: ${message}`, {
    cause: cause ?? Object.assign(new Error(message), { name }),
  })
}

type Make = (message: string, evidence: Record<string, unknown>) => KkachiError

/** Both ends are this package, so the evidence is what the class wrote. */
const familyOf = (code: string): Make | undefined => {
  const make =
    <Code extends string, Evidence>(
      Family: new (code: Code, message: string, evidence: Evidence) => KkachiError,
    ): Make =>
    (message, evidence) =>
      new Family(code as Code, message, evidence as Evidence)
  const families: Readonly<Record<string, Make>> = {
    model: make(ModelError),
    runtime: make(RuntimeError),
    budget: make(BudgetError),
    configuration: make(ConfigurationError),
    storage: make(StorageError),
  }
  const family = code.split('/')[0] ?? ''
  return Object.hasOwn(families, family) ? families[family] : undefined
}
