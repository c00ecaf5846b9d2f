import type { Usage } from '../data/usage.ts'
import type { Price } from './prices.ts'

/** Tokens by what is paid for them. */
export type PaidTokens = Pick<Usage, 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'>

/** What tokens cost, in US dollars. Those of a provider's cache cost what input costs where no price of theirs is known. */
export const tokenCost = (
  { input, output, cacheRead = input, cacheWrite = input }: Price,
  { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 }: PaidTokens,
): number => {
  const read = Math.min(inputTokens, cacheReadTokens)
  const written = Math.min(inputTokens - read, cacheWriteTokens)
  const rest = inputTokens - read - written
  return (input * rest + cacheRead * read + cacheWrite * written + output * outputTokens) / 1e6
}

/** The price of a token of input at most: some providers charge more for what they write into their cache. */
export const dearestInput = ({ input, cacheWrite = 0 }: Price): number => Math.max(input, cacheWrite)

/** The most that so many tokens can cost. */
export const tokenCostBound = (price: Price, inputs: number, outputs: number): number =>
  (dearestInput(price) * inputs + price.output * outputs) / 1e6
