import { retryAfterMs } from './retry-after.ts'

const limits = ['requests', 'tokens', 'input-tokens', 'output-tokens']

/**
 * Milliseconds Anthropic asks to wait: `retry-after`, else until the latest reset (RFC 3339) of a limit of which nothing
 * remains.
 */
export const resetAfterMs = (headers: Pick<Headers, 'get'>, now: number): number | undefined => {
  const asked = retryAfterMs(headers, now)
  if (asked !== undefined) return asked
  const resets = limits
    .filter(limit => headers.get(`anthropic-ratelimit-${limit}-remaining`) === '0')
    .map(limit => Date.parse(headers.get(`anthropic-ratelimit-${limit}-reset`) ?? '') - now)
    .filter(ms => !Number.isNaN(ms))
  return resets.length === 0 ? undefined : Math.max(0, ...resets)
}
