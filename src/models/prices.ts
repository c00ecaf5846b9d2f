/** What a model costs, in US dollars per million tokens. */
export interface Price {
  readonly input: number
  /** Hidden reasoning included. */
  readonly output: number
  /** Input that the provider read from its own cache; as other input when absent. */
  readonly cacheRead?: number
  /** Input that the provider wrote into its own cache; as other input when absent. */
  readonly cacheWrite?: number
}

/** Prices by the model's id, `openai/gpt-4o-mini`; `openai/*` stands for all further models of a provider. */
export interface PriceList {
  readonly [model: string]: Price
}

/**
 * List prices of well-known models.
 *
 * They were written down from what the providers publish on their price pages, as known on the date, without being fetched
 * from there, and prices change: check those you rely on, and override them by `prices`. Where a price depends on the length
 * of the prompt and no option has to be set for long ones, the dearest stands here; batches are not known here. A cache of
 * Anthropic's is priced as the one of five minutes. Dated names (`-2024-07-18`, `-20250929`) cost what their family costs.
 */
export const prices: { readonly asOf: string; readonly source: string; readonly models: PriceList } = {
  asOf: '2026-01-15',
  source: 'public price pages of the providers, as known on that date; to be checked',
  models: {
    'anthropic/claude-3-5-haiku': { input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 },
    'anthropic/claude-3-5-sonnet': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    'anthropic/claude-3-7-sonnet': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    'anthropic/claude-3-haiku': { input: 0.25, output: 1.25, cacheRead: 0.025, cacheWrite: 0.3125 },
    'anthropic/claude-3-opus': { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
    'anthropic/claude-haiku-4-5': { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
    'anthropic/claude-opus-4': { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
    'anthropic/claude-opus-4-1': { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
    'anthropic/claude-opus-4-5': { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
    'anthropic/claude-sonnet-4': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    'anthropic/claude-sonnet-4-5': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    'google/gemini-2.0-flash': { input: 0.1, output: 0.4, cacheRead: 0.025 },
    'google/gemini-2.0-flash-lite': { input: 0.075, output: 0.3 },
    'google/gemini-2.5-flash': { input: 0.3, output: 2.5, cacheRead: 0.075 },
    'google/gemini-2.5-flash-lite': { input: 0.1, output: 0.4, cacheRead: 0.025 },
    'google/gemini-2.5-pro': { input: 2.5, output: 15, cacheRead: 0.625 },
    'google/gemini-3-flash-preview': { input: 0.5, output: 3 },
    'google/gemini-3-pro-preview': { input: 4, output: 18 },
    'openai/gpt-3.5-turbo': { input: 0.5, output: 1.5 },
    'openai/gpt-4-turbo': { input: 10, output: 30 },
    'openai/gpt-4.1': { input: 2, output: 8, cacheRead: 0.5 },
    'openai/gpt-4.1-mini': { input: 0.4, output: 1.6, cacheRead: 0.1 },
    'openai/gpt-4.1-nano': { input: 0.1, output: 0.4, cacheRead: 0.025 },
    'openai/gpt-4o': { input: 2.5, output: 10, cacheRead: 1.25 },
    'openai/gpt-4o-mini': { input: 0.15, output: 0.6, cacheRead: 0.075 },
    'openai/gpt-5': { input: 1.25, output: 10, cacheRead: 0.125 },
    'openai/gpt-5-mini': { input: 0.25, output: 2, cacheRead: 0.025 },
    'openai/gpt-5-nano': { input: 0.05, output: 0.4, cacheRead: 0.005 },
    'openai/gpt-5.1': { input: 1.25, output: 10, cacheRead: 0.125 },
    'openai/gpt-5.2': { input: 1.75, output: 14, cacheRead: 0.175 },
    'openai/o1': { input: 15, output: 60, cacheRead: 7.5 },
    'openai/o3': { input: 2, output: 8, cacheRead: 0.5 },
    'openai/o3-mini': { input: 1.1, output: 4.4, cacheRead: 0.55 },
    'openai/o4-mini': { input: 1.1, output: 4.4, cacheRead: 0.275 },
    'openai/text-embedding-3-large': { input: 0.13, output: 0 },
    'openai/text-embedding-3-small': { input: 0.02, output: 0 },
    'llamacpp/*': { input: 0, output: 0 },
    'local/*': { input: 0, output: 0 },
    'ollama/*': { input: 0, output: 0 },
  },
}
