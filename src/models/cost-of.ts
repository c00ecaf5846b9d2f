import { priceOf } from './price-of.ts'
import type { PriceList } from './prices.ts'

/**
 * What tokens of a model cost, in US dollars: of several models inside a decorated one the dearest counts. Undefined when
 * no price is known.
 *
 * Prices come from the dated list of the package, `overrides` win over it. Cheaper tokens (a provider's own cache, batches)
 * are not told apart, so this is the most it was.
 *
 * @example
 * costOf(model.id, usageOf(prediction)) // 0.000134
 */
export const costOf = (
  model: string,
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
  overrides: PriceList = {},
): number | undefined => {
  const price = priceOf(model, overrides)
  return price && (price.input * inputTokens + price.output * outputTokens) / 1e6
}
