import { type Html, html } from '../../src/data/index.ts'
import type { Optimized } from '../cli/optimize-program.ts'

export interface CostOptions extends Pick<Optimized, 'calls' | 'cachedCalls' | 'tokens' | 'seconds' | 'result'> {
  /** US dollars, where the prices are known. */
  readonly cost: number | undefined
}

/** What the search cost once, and what its result costs at every call. */
export const costFacts = ({ calls, cachedCalls, tokens, seconds, cost, result }: CostOptions): Html => {
  const { before, after } = result.promptTokens
  const facts = [
    ['calls', `${counted(calls)}, and ${counted(cachedCalls)} from the cache`],
    ['tokens', `${counted(tokens.input)} in, ${counted(tokens.output)} out`],
    ...(cost === undefined ? [] : [['money', `$${cost.toFixed(4)}`] as const]),
    ['time', `${seconds.toFixed(1)} s`],
    ['ended', endings[result.outcome]],
    ['prompt before', `about ${counted(before)} tokens a call`],
    [
      'prompt after',
      `about ${counted(after)} tokens a call${before > 0 ? `, ${(after / before).toFixed(1)} times as many` : ''}`,
    ],
  ] as const
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

const endings = {
  finished: 'at its own end',
  stopped: 'by the budget, with the best so far',
  budget: 'by the budget, before anything was found',
  nothing: 'without anything to give',
} as const

const counted = (number: number): string => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',')
