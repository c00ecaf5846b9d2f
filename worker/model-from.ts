import { canonicalJson, sha256 } from '../src/data/index.ts'
import {
  anthropic,
  ConfigurationError,
  cached,
  KkachiError,
  type LanguageModel,
  openaiCompatible,
  retried,
} from '../src/index.ts'
import { prefixedStorage, type Storage } from '../src/storage/index.ts'
import type { Env } from './env.ts'
import { serviceModel } from './inference/service-model.ts'
import { workersAi } from './models/workers-ai.ts'

const week = 604_800

/**
 * The model that the bindings name, with its answers kept in the storage.
 *
 * Answers are kept apart by caller, address and key, all inside one digest: whoever differs in one of them is answered
 * anew. The model lives for one request, since a promise of one request must not be awaited by another in a Worker.
 */
export const modelFrom = async (env: Env, storage: Storage, tenant: string): Promise<LanguageModel> => {
  const model = retried(namedModel(env))
  const seconds = cacheSeconds(env)
  if (seconds === 0) return model
  // With the model's identity in every key of the cache, the key and the address are in it.
  const owner = await sha256(canonicalJson([tenant, (await model.identity?.()) ?? null]))
  return cached(model, {
    storage: prefixedStorage(storage, `cache/${owner}/`),
    ttlMs: seconds * 1000,
    // Without the cache the call costs more, and is still answered.
    onStorageError: error => console.warn(JSON.stringify({ code: KkachiError.is(error) ? error.code : 'unknown' })),
  })
}

/** The model that the bindings name, as it is. */
const namedModel = (env: Env): LanguageModel => {
  const {
    KKACHI_MODEL = 'openai/gpt-4o-mini',
    OPENAI_API_KEY,
    OPENAI_BASE_URL,
    ANTHROPIC_API_KEY,
    AI,
    INFERENCE,
  } = given(env)
  const [, provider, model = ''] = /^(openai|anthropic|workers-ai|local)\/(.+)$/.exec(KKACHI_MODEL) ?? []
  if (provider === 'workers-ai') {
    if (typeof AI?.run === 'function') return workersAi(AI, model)
    throw missing('AI', 'Write [ai] with binding = "AI" in wrangler.toml.')
  }
  if (provider === 'local') {
    // A local model writes grammars where it can; what it cannot take, it refuses itself.
    if (typeof INFERENCE?.fetch === 'function') return serviceModel({ binding: INFERENCE, id: KKACHI_MODEL })
    throw missing('INFERENCE', 'Bind a Worker that runs local models: [[services]] with binding = "INFERENCE".')
  }
  if (provider === 'anthropic') {
    if (ANTHROPIC_API_KEY !== undefined) return anthropic({ model, apiKey: ANTHROPIC_API_KEY })
    throw missing('ANTHROPIC_API_KEY', 'Set the secret ANTHROPIC_API_KEY.')
  }
  if (provider === undefined) {
    throw invalid(
      'KKACHI_MODEL',
      'Write openai/ and a model: openai/gpt-4o-mini (OPENAI_BASE_URL says whose it is), or anthropic/ or workers-ai/ and one of theirs, or local/ and the name of one that you run yourself.',
    )
  }
  if (OPENAI_API_KEY === undefined && OPENAI_BASE_URL === undefined) {
    throw missing('OPENAI_API_KEY', 'Set the secret OPENAI_API_KEY, or OPENAI_BASE_URL.')
  }
  return openaiCompatible({
    model,
    ...(OPENAI_API_KEY === undefined ? {} : { apiKey: OPENAI_API_KEY }),
    ...(OPENAI_BASE_URL === undefined ? {} : { baseUrl: OPENAI_BASE_URL }),
  })
}

const missing = (option: string, remedy: string) =>
  new ConfigurationError('configuration/missing', `Running a program needs a model. ${remedy}`, { option })

/** The settings that say something: an empty variable is an absent one. */
const given = (env: Env): Partial<Env> => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))

const cacheSeconds = ({ KKACHI_CACHE_SECONDS: setting }: Partial<Env>): number => {
  if (setting === undefined || setting === '') return week
  if (/^\d{1,9}$/.test(setting)) return Number(setting)
  throw invalid('KKACHI_CACHE_SECONDS', 'Write a number of seconds, or 0 for no cache.')
}

const invalid = (option: string, remedy: string) =>
  new ConfigurationError('configuration/invalid', `${option} cannot be used. ${remedy}`, { option })
