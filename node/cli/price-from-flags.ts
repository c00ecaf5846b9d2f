import { ConfigurationError, type Price, type PriceList } from '../../src/index.ts'
import { type Flags, text } from './flags.ts'

/**
 * The price that --price gives the model of a command, as a list of its own; empty without the flag. Another flag gives
 * that of another model.
 *
 * @throws ConfigurationError `configuration/invalid`
 */
export const pricesFromFlags = (flags: Flags, model: string, flag = 'price'): PriceList => {
  const given = text(flags, flag)
  return given === undefined ? {} : { [model]: priceIn(given, flag) }
}

const priceIn = (given: string, flag: string): Price => {
  const [input = Number.NaN, output = Number.NaN, ...more] = given
    .split('/')
    .map(part => (/^\d+(\.\d+)?$|^\.\d+$/.test(part.trim()) ? Number(part) : Number.NaN))
  if (Number.isFinite(input) && Number.isFinite(output) && more.length === 0) return { input, output }
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected --${flag} to be US dollars per million tokens, input and output, got '${given}'. Write --${flag} 0.15/0.6.`,
    { option: flag },
  )
}
