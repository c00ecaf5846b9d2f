import { canonicalJson, sha256 } from '../src/data/index.ts'
import { ConfigurationError, cached, KkachiError, type LanguageModel, openaiCompatible, retried } from '../src/index.ts'
import { prefixedStorage, type Storage } from '../src/storage/index.ts'
import type { Env } from './env.ts'

const week = 604_800

/**
 * The model that the bindings name, with its answers kept in the storage.
 *
 * Answers are kept apart by caller, address and key, all inside one digest: whoever differs in one of them is answered
 * anew. The model lives for one request, since a promise of one request must not be awaited by another in a Worker.
 */
export const modelFrom = async (env: Env, storage: Storage, tenant: string): Promise<LanguageModel> => {
  const { KKACHI_MODEL, OPENAI_API_KEY, OPENAI_BASE_URL } = given(env)
  const [, name] = /^openai\/(.+)$/.exec(KKACHI_MODEL ?? 'openai/gpt-4o-mini') ?? []
  if (name === undefined) {
    throw invalid('KKACHI_MODEL', 'Write openai/ and a model: openai/gpt-4o-mini. OPENAI_BASE_URL says whose it is.')
  }
  if (OPENAI_API_KEY === undefined && OPENAI_BASE_URL === undefined) {
    const message = 'Running a program needs a model. Set the secret OPENAI_API_KEY, or OPENAI_BASE_URL.'
    throw new ConfigurationError('configuration/missing', message, { option: 'OPENAI_API_KEY' })
  }
  const model = retried(
    openaiCompatible({
      model: name,
      ...(OPENAI_API_KEY === undefined ? {} : { apiKey: OPENAI_API_KEY }),
      ...(OPENAI_BASE_URL === undefined ? {} : { baseUrl: OPENAI_BASE_URL }),
    }),
  )
  const seconds = cacheSeconds(env)
  if (seconds === 0) return model
  const owner = await sha256(canonicalJson([tenant, OPENAI_BASE_URL ?? null, OPENAI_API_KEY ?? null]))
  return cached(model, {
    storage: prefixedStorage(storage, `cache/${owner}/`),
    ttlMs: seconds * 1000,
    // Without the cache the call costs more, and is still answered.
    onStorageError: error => console.warn(JSON.stringify({ code: KkachiError.is(error) ? error.code : 'unknown' })),
  })
}

/** The settings that say something: an empty variable is an absent one. */
const given = (env: Env): Partial<Env> => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))

const cacheSeconds = ({ KKACHI_CACHE_SECONDS: setting }: Partial<Env>): number => {
  if (setting === undefined || setting === '') return week
  if (/^\d{1,9}$/.test(setting)) return Number(setting)
  throw invalid('KKACHI_CACHE_SECONDS', 'Write a number of seconds, or 0 for no cache.')
}

const invalid = (option: string, remedy: string) =>
  new ConfigurationError('configuration/invalid', `${option} cannot be used. ${remedy}`, { option })
