import { ConfigurationError } from '../errors/configuration-error.ts'

/** The error of a budget in money for a model whose price is not known. */
export const priceless = (id: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    `No price is known for ${id}, so a budget in usd cannot be kept. Write prices: { '${id}': { input: 0.15, output: 0.6 } }, in US dollars per million tokens.`,
    { option: 'prices' },
  )
