import type { Usage } from '../data/usage.ts'

/** A duration for people: `0.4 ms`, `87 ms`, `1.24 s`, `3 min 12 s`. */
export const duration = (ms: number): string => {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Dollars for people: at least two figures that say something. */
export const dollars = (usd: number): string => {
  if (usd === 0) return '$0'
  return `$${usd < 0.1 ? Number(usd.toPrecision(2)).toFixed(Math.max(2, 1 - Math.floor(Math.log10(usd)))) : usd.toFixed(2)}`
}

/** Tokens for people, in and out: `1,240 → 56`; of a cached answer that it was. */
export const tokens = ({ inputTokens, outputTokens, cachedCalls, calls }: Usage): string => {
  if (calls === 0 && cachedCalls > 0) return 'cached'
  return inputTokens + outputTokens === 0 ? '' : `${grouped(inputTokens)} → ${grouped(outputTokens)}`
}

const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
