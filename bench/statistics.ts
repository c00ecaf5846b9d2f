export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/**
 * Asks every contender once a round, in turn, so that a slow minute of the machine falls on all of them.
 * Gives each contender's values in the order of the rounds.
 */
export const interleaved = async <Contender>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<number>,
): Promise<Map<Contender, readonly number[]>> => {
  const values = new Map<Contender, number[]>(contenders.map(contender => [contender, []]))
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) values.get(contender)?.push(await measure(contender))
  return values
}

/** The median over the rounds of a value divided by the reference's value of the same round. */
export const ratio = (values: readonly number[], reference: readonly number[]): number =>
  median(values.map((value, round) => value / (reference[round] ?? Number.NaN)))
