/** What a model costs, in US dollars per million tokens. */
export interface Price {
  readonly input: number
  /** Hidden reasoning included. */
  readonly output: number
}

/** Prices by the model's id, `openai/gpt-4o-mini`; `openai/*` stands for all further models of a provider. */
export interface PriceList {
  readonly [model: string]: Price
}

/**
 * List prices of well-known models.
 *
 * They were written down from what the providers publish, without being fetched from there, and prices change: check
 * those you rely on, and override them by `prices`. Where a price depends on the length of the prompt and no option has to
 * be set for long ones, the dearest stands here; what is cheaper (cached input, batches) is not known here. Dated names (`-2024-07-18`, `-20250929`) cost what their family costs.
 */
export const prices: { readonly asOf: string; readonly source: string; readonly models: PriceList } = {
  asOf: '2025-11-01',
  source: 'price pages of the providers, as remembered; to be checked',
  models: {
    'anthropic/claude-3-5-haiku': { input: 0.8, output: 4 },
    'anthropic/claude-3-5-sonnet': { input: 3, output: 15 },
    'anthropic/claude-3-7-sonnet': { input: 3, output: 15 },
    'anthropic/claude-3-haiku': { input: 0.25, output: 1.25 },
    'anthropic/claude-haiku-4-5': { input: 1, output: 5 },
    'anthropic/claude-opus-4': { input: 15, output: 75 },
    'anthropic/claude-opus-4-1': { input: 15, output: 75 },
    'anthropic/claude-sonnet-4': { input: 3, output: 15 },
    'anthropic/claude-sonnet-4-5': { input: 3, output: 15 },
    'google/gemini-2.0-flash': { input: 0.1, output: 0.4 },
    'google/gemini-2.5-flash': { input: 0.3, output: 2.5 },
    'google/gemini-2.5-flash-lite': { input: 0.1, output: 0.4 },
    'google/gemini-2.5-pro': { input: 2.5, output: 15 },
    'openai/gpt-3.5-turbo': { input: 0.5, output: 1.5 },
    'openai/gpt-4.1': { input: 2, output: 8 },
    'openai/gpt-4.1-mini': { input: 0.4, output: 1.6 },
    'openai/gpt-4.1-nano': { input: 0.1, output: 0.4 },
    'openai/gpt-4o': { input: 2.5, output: 10 },
    'openai/gpt-4o-mini': { input: 0.15, output: 0.6 },
    'openai/gpt-5': { input: 1.25, output: 10 },
    'openai/gpt-5-mini': { input: 0.25, output: 2 },
    'openai/gpt-5-nano': { input: 0.05, output: 0.4 },
    'openai/o3': { input: 2, output: 8 },
    'openai/o3-mini': { input: 1.1, output: 4.4 },
    'openai/o4-mini': { input: 1.1, output: 4.4 },
    'local/*': { input: 0, output: 0 },
  },
}
