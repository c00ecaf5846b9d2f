import { ConfigurationError } from '../src/index.ts'
import {
  programStore,
  type ReadProgram,
  type RecentlyUsed,
  readApiKeys,
  readOrigins,
  type Services,
} from '../src/server/index.ts'
import { embedderFrom } from './embedder-from.ts'
import type { ServiceBinding } from './inference/service-binding.ts'
import { modelFrom } from './model-from.ts'
import type { WorkersAiBinding } from './models/workers-ai-binding.ts'
import type { KvNamespace } from './storage/kv-namespace.ts'
import { workersKv } from './storage/workers-kv.ts'

/** What the Worker is bound to. Everything but the namespace may be absent. */
export interface Env {
  /** Keeps programs and cached answers. */
  readonly KKACHI: KvNamespace
  /** A secret: the keys callers may have, separated by commas. Without it only localhost is answered. */
  readonly KKACHI_API_KEYS?: string
  /** Origins whose pages may call, separated by commas. */
  readonly KKACHI_ALLOWED_ORIGINS?: string
  /** `openai/NAME`, `anthropic/NAME`, `workers-ai/@cf/…` or `local/NAME`; `openai/gpt-4o-mini` when absent. */
  readonly KKACHI_MODEL?: string
  /**
   * `lexical`, `openai/NAME` or `local/NAME`: finds rows near an input, for programs that learned some. None when absent,
   * and such programs run without them.
   */
  readonly KKACHI_EMBEDDER?: string
  /** Seconds a cached answer may be used; a week when absent, 0 for no cache. */
  readonly KKACHI_CACHE_SECONDS?: string
  /** A secret: the provider's key. */
  readonly OPENAI_API_KEY?: string
  /** A secret: Anthropic's key, for `anthropic/NAME`. */
  readonly ANTHROPIC_API_KEY?: string
  /** Cloudflare's own models, for `workers-ai/@cf/…`. */
  readonly AI?: WorkersAiBinding
  /** A Worker made by `inferenceWorker`, for models and embedders called `local/NAME`. */
  readonly INFERENCE?: ServiceBinding
  /** Where an OpenAI-compatible provider is; OpenAI itself when absent. */
  readonly OPENAI_BASE_URL?: string
}

/**
 * The services of one request. Nothing is read but its own bindings, and nothing of them is kept.
 *
 * @throws ConfigurationError `configuration/missing`, `configuration/invalid`, by the name of the binding
 */
export const servicesFrom = (
  env: Env,
  parsed?: RecentlyUsed<ReadProgram>,
  vectors?: RecentlyUsed<Float32Array>,
): Services => {
  const { KKACHI, KKACHI_API_KEYS = '', KKACHI_ALLOWED_ORIGINS = '' } = env
  if (typeof (KKACHI as KvNamespace | undefined)?.getWithMetadata !== 'function') {
    const message =
      'Expected a KV namespace bound as KKACHI. Create it with `npx wrangler kv namespace create KKACHI`, and write its id under [[kv_namespaces]] in wrangler.toml.'
    throw new ConfigurationError('configuration/missing', message, { option: 'KKACHI' })
  }
  const storage = workersKv(KKACHI)
  return {
    programs: programStore(storage, parsed === undefined ? {} : { parsed }),
    ...(env.KKACHI_EMBEDDER ? { embedder: () => embedderFrom(env) } : {}),
    ...(vectors === undefined ? {} : { vectors }),
    model: tenant => modelFrom(env, storage, tenant),
    apiKeys: readApiKeys(KKACHI_API_KEYS),
    allowedOrigins: readOrigins(KKACHI_ALLOWED_ORIGINS),
    onFailure: failure => console.error(JSON.stringify(failure)),
  }
}
