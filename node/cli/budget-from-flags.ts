import { type Budget, ConfigurationError, costOf, noUsage } from '../../src/index.ts'
import { type Flags, number } from './flags.ts'
import { pricesFromFlags } from './price-from-flags.ts'

/** Flags that say what a whole command may spend. */
export const budgetFlags = {
  'budget-calls': { value: 'N', help: 'model calls the whole command may make; a judge may make as many of its own' },
  'budget-tokens': { value: 'N', help: 'input and output tokens of the whole command' },
  'budget-usd': { value: 'N', help: 'US dollars of the whole command, by --price or our dated list' },
  'budget-seconds': { value: 'N', help: 'seconds in which the whole command may ask models' },
} as const

/**
 * What the command may spend on these models.
 *
 * @throws ConfigurationError for a limit that is none, or of money where a price is not known
 */
export const budgetFromFlags = (flags: Flags, model: string, promptModel: string | undefined): Budget => {
  const calls = number(flags, 'budget-calls', { least: 1 })
  const tokens = number(flags, 'budget-tokens', { least: 1 })
  const usd = number(flags, 'budget-usd', { least: 0.000_001, whole: false })
  const prices = {
    ...pricesFromFlags(flags, model),
    ...(promptModel !== undefined && pricesFromFlags(flags, promptModel, 'prompt-price')),
  }
  const asked = [
    { name: model, flag: 'price' },
    ...(promptModel === undefined ? [] : [{ name: promptModel, flag: 'prompt-price' }]),
  ]
  const unknown = asked.find(({ name }) => costOf(name, noUsage, prices) === undefined)
  if (usd !== undefined && unknown !== undefined) throw priceless(unknown.name, unknown.flag)
  const seconds = number(flags, 'budget-seconds', { least: 0.001, whole: false })
  return {
    ...(calls === undefined ? {} : { calls }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(usd === undefined ? {} : { usd, ...(Object.keys(prices).length > 0 && { prices }) }),
    ...(seconds === undefined ? {} : { seconds }),
  }
}

const priceless = (model: string, flag: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    `No price is known for ${model}, so --budget-usd cannot be kept. Write --${flag} 0.15/0.6: US dollars per million tokens, input and output.`,
    { option: flag },
  )
