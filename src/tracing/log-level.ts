/** How much is logged, the least first. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const

/**
 * `error`: a run that failed. `warn`: something inside a run that failed, which the run may have got over. `info`: runs,
 * predictors, model calls, tools and optimizers that ended well, and what was aborted. `debug`: beginnings, and what is
 * smaller.
 */
export type LogLevel = (typeof logLevels)[number]

/** Whether a line of `level` is told where as much as `most` is logged. */
export const isLogged = (level: LogLevel, most: LogLevel): boolean =>
  logLevels.indexOf(level) <= logLevels.indexOf(most)
