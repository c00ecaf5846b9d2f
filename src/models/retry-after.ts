/**
 * Milliseconds the provider asks to wait: `retry-after-ms`, or `Retry-After` as seconds or as a date.
 *
 * Undefined when neither is there or readable; a date in the past is 0.
 */
export const retryAfterMs = (headers: Pick<Headers, 'get'>, now: number): number | undefined => {
  const exact = amount(headers.get('retry-after-ms'))
  if (exact !== undefined) return exact
  const header = headers.get('retry-after')
  const seconds = amount(header)
  if (seconds !== undefined) return seconds * 1000
  // RFC 9110, 10.2.3: the other form is an HTTP date, which always names its day.
  const date = header === null || !/^[A-Za-z]{3}/.test(header) ? Number.NaN : Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

const amount = (text: string | null): number | undefined =>
  text !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined
