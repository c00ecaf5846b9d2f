import type { Budget } from '../../src/index.ts'
import type { Spent } from './model-spending.ts'

/** What of a budget is left, in words as short as they go; undefined for one without limits. */
export const budgetText = (
  { calls, tokens, usd, seconds }: Budget,
  spent: Spent & { readonly seconds: number },
): string | undefined => {
  const left = [
    ...(calls === undefined ? [] : [`${Math.max(0, calls - spent.calls)} calls`]),
    ...(tokens === undefined ? [] : [`${short(Math.max(0, tokens - spent.tokens))} tokens`]),
    ...(usd === undefined ? [] : [`$${Math.max(0, usd - spent.usd).toFixed(2)}`]),
    ...(seconds === undefined ? [] : [clock(Math.max(0, seconds - spent.seconds))]),
  ]
  return left.length === 0 ? undefined : `${left.join(', ')} left`
}

const short = (count: number): string =>
  count < 10_000 ? String(count) : count < 1e6 ? `${Math.floor(count / 1e3)}k` : `${(count / 1e6).toFixed(1)}M`

const clock = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
