import { priceOf } from './price-of.ts'
import type { PriceList } from './prices.ts'
import { type PaidTokens, tokenCost } from './token-cost.ts'

/**
 * What tokens of a model cost, in US dollars: of several models inside a decorated one the dearest counts. Undefined when
 * no price is known.
 *
 * Prices come from the dated list of the package, `overrides` win over it. Tokens of a provider's own
 * cache have their price where the usage tells them and the list has it; batches are not told apart.
 *
 * @example
 * costOf(model.id, usageOf(prediction)) // 0.000134
 */
export const costOf = (model: string, usage: PaidTokens, overrides: PriceList = {}): number | undefined => {
  const price = priceOf(model, overrides)
  return price && tokenCost(price, usage)
}
