/** A score as people read it. */
export const percent = (score: number): string => `${(100 * score).toFixed(1)} %`

/** A count with its thousands apart. */
export const count = (value: number): string => value.toLocaleString('en-US')

/** Seconds, and minutes where there are some. */
export const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
