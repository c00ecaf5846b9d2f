/** One run of one optimizer on one world; scores are percentages. */
export interface RunResult {
  readonly library: 'dspy' | 'kkachi'
  readonly optimizer: string
  readonly world: string
  readonly seed: number
  /** Model calls of the search, counted by the server where there is one. */
  readonly calls: number
  readonly completions: number
  readonly promptTokens: number
  readonly dev: number
  readonly test: number
  readonly seconds: number
  /** The budget it was given, in calls. */
  readonly budget?: number
  /** What the optimizer itself says the score is. */
  readonly reported?: number
}

/** A run that ended with an error. */
export interface FailedRun extends Pick<RunResult, 'library' | 'optimizer' | 'world' | 'seed'> {
  readonly error: string
}

export const isFailed = (run: RunResult | FailedRun): run is FailedRun => 'error' in run

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The standard deviation of a sample; 0 of one value. */
export const deviation = (values: readonly number[]): number => {
  const middle = mean(values)
  return values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}

/** The values by a key, in the order in which keys appear. */
export const grouped = <Value>(values: Iterable<Value>, keyOf: (value: Value) => string): Map<string, Value[]> => {
  const groups = new Map<string, Value[]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group) group.push(value)
    else groups.set(keyOf(value), [value])
  }
  return groups
}
