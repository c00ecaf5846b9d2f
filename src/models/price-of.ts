import { type Price, type PriceList, prices } from './prices.ts'

/**
 * What a token of a model costs at most, by its id: of a decorated model what the model inside costs, of several models
 * the dearest. Undefined when one of them is not known.
 */
export const priceOf = (id: string, overrides: PriceList = {}): Price | undefined => {
  const whole = own(overrides, id)
  if (whole) return whole
  let dearest: Price | undefined
  for (const name of modelsIn(id)) {
    const price = listed(name, overrides) ?? listed(name, prices.models)
    if (!price) return undefined
    dearest = dearest ? dearer(dearest, price) : price
  }
  return dearest
}

/** The dearer of two prices, for each kind of token; a kind without a price of its own costs as other input. */
const dearer = (a: Price, b: Price): Price => ({
  input: Math.max(a.input, b.input),
  output: Math.max(a.output, b.output),
  ...cacheKind('cacheRead', a, b),
  ...cacheKind('cacheWrite', a, b),
})

const cacheKind = (kind: 'cacheRead' | 'cacheWrite', a: Price, b: Price): Partial<Price> =>
  a[kind] === undefined && b[kind] === undefined ? {} : { [kind]: Math.max(a[kind] ?? a.input, b[kind] ?? b.input) }

const listed = (name: string, list: PriceList): Price | undefined =>
  own(list, name) ??
  own(list, name.replace(/[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '')) ??
  own(list, `${name.slice(0, Math.max(0, name.indexOf('/')))}/*`)

const own = (list: PriceList, name: string): Price | undefined => (Object.hasOwn(list, name) ? list[name] : undefined)

/** The models inside the decorators: `a` and `b` of `fallback(retried(a), b)`. */
export const modelsIn = (id: string): readonly string[] =>
  id
    .split(/[,)]/)
    .map(part => part.slice(part.lastIndexOf('(') + 1).trim())
    .filter(name => name !== '')
