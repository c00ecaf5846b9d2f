/** How often two yes-no judgements meet: what the judge says against what is true. */
export interface Confusion {
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
}

/** What a table of yes and no comes to; undefined where it would be a division by nothing. */
export interface AgreementFigures {
  /** The share on which both say the same. */
  readonly agreement: number
  /** Agreement beyond what their shares of yes give by chance (Cohen 1960): 1 is full, 0 is chance. */
  readonly kappa: number | undefined
  /** Of what the judge lets pass, the share that is good. */
  readonly precision: number | undefined
  /** Of what is good, the share that the judge lets pass. */
  readonly recall: number | undefined
  readonly f1: number | undefined
}

/** Counts pairs of judgement and truth. */
export const confusionOf = (pairs: readonly (readonly [judged: boolean, truth: boolean])[]): Confusion => {
  const count = (judged: boolean, truth: boolean): number =>
    pairs.filter(pair => pair[0] === judged && pair[1] === truth).length
  return {
    truePositives: count(true, true),
    falsePositives: count(true, false),
    trueNegatives: count(false, false),
    falseNegatives: count(false, true),
  }
}

export const agreementFigures = (table: Confusion): AgreementFigures => {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = table
  const n = tp + fp + tn + fn
  const agreement = (tp + tn) / n
  const byChance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / n ** 2
  return {
    agreement,
    kappa: ratio(agreement - byChance, 1 - byChance),
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
  }
}

const ratio = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole)

/** How far two lists of numbers lie on a line (Pearson), -1 to 1; undefined where one of them does not vary. */
export const correlation = (first: readonly number[], second: readonly number[]): number | undefined => {
  const [a, b] = [centered(first), centered(second)]
  const product = a.reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0)
  const scale = Math.sqrt(sumOfSquares(a) * sumOfSquares(b))
  return scale === 0 ? undefined : Math.max(-1, Math.min(1, product / scale))
}

/** The same of their ranks (Spearman 1904); equal values share the mean of their ranks. */
export const rankCorrelation = (first: readonly number[], second: readonly number[]): number | undefined =>
  correlation(ranksOf(first), ranksOf(second))

const centered = (values: readonly number[]): number[] => {
  if (values.every(value => value === values[0])) return values.map(() => 0) // no rounding may make it vary
  const center = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map(value => value - center)
}

const sumOfSquares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0)

const ranksOf = (values: readonly number[]): number[] => {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks: number[] = []
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1
    for (const place of order.slice(start, end)) ranks[place] = (start + end + 1) / 2
    start = end
  }
  return ranks
}
