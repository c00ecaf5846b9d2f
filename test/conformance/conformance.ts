/*
 * Runs vectors recorded from DSPy, file by file and case by case, and says how far we agree. Nothing in a test names a
 * case: what differs must be explained by a rule.
 */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

/** How a case ended; `difference` is what to show a reader who must fix it. */
export type Verdict =
  | { readonly verdict: 'same' }
  | { readonly verdict: 'better' | 'deviation'; readonly rule: string }
  | { readonly verdict: 'fail'; readonly difference: unknown }

/** Why one may differ. `better`: DSPy raises an error or keeps a known bug and we give the evidently right value. */
export interface Rule<Case, Ours = unknown> {
  readonly verdict: 'better' | 'deviation'
  /** What the rule is and why, in one sentence. */
  readonly reason: string
  readonly applies: (testCase: Case, ours: Ours) => boolean
}

/** Deviations reach this share of a file at no time. */
const maxDeviations = 0.03

/**
 * One test for the cases of a file of vectors: none fails, and less than 3 % deviate.
 *
 * @example
 * conformance<ParseCase>('parse_chat', testCase => compared(testCase, testCase.fields, parsed(testCase), rules))
 */
export const conformance = <Case>(file: string, judge: Judge<Case>, options: ConformanceOptions<Case> = {}): void => {
  const name = options.name ?? file
  const data = vectors(file)
  test.skipIf(data === undefined)(
    `${name}: every case is the same as in DSPy, better, or deviates by a rule`,
    async () => {
      const cases = (options.cases ?? casesOf)(data ?? {}) as readonly Case[]
      const tally = new Map<string, number>()
      const count = (key: string): unknown => tally.set(key, (tally.get(key) ?? 0) + 1)
      const failures: unknown[] = []
      for (const testCase of cases) {
        const verdict = await judged(judge, testCase, data ?? {})
        count(verdict.verdict)
        if (verdict.verdict === 'fail') failures.push({ case: testCase, difference: verdict.difference })
        else if (verdict.verdict !== 'same') count(`${verdict.verdict}: ${verdict.rule}`)
      }
      const of = (key: string): number => tally.get(key) ?? 0
      console.log(
        `conformance ${name}: ${of('same')} same, ${of('better')} better, ${of('deviation')} deviations of ${cases.length}`,
      )
      for (const [key, times] of tally) if (key.includes(': ')) console.log(`  ${times} ${key}`)
      expect(failures).toEqual([])
      expect(of('deviation') / Math.max(cases.length, 1)).toBeLessThan(maxDeviations)
    },
  )
}

/** A judge that throws has not explained anything. */
const judged = async <Case>(judge: Judge<Case>, testCase: Case, data: Data): Promise<Verdict> => {
  try {
    return await judge(testCase, data)
  } catch (error) {
    return { verdict: 'fail', difference: String(error) }
  }
}

export type Judge<Case> = (testCase: Case, data: Data) => Verdict | Promise<Verdict>

/** What a file of vectors holds. */
export type Data = Readonly<Record<string, unknown>>

export interface ConformanceOptions<Case> {
  /** The cases in the data, `data.cases` when absent. */
  readonly cases?: (data: Data) => readonly Case[]
  /** What the line of counts calls it, for a file judged in parts. */
  readonly name?: string
}

/**
 * A file of vectors; undefined if it is not there. KKACHI_VECTORS names a directory that holds the files, or one that
 * holds them in `dspy/` as `test/vectors` does.
 */
export const vectors = (file: string): Data | undefined => {
  const directory = process.env.KKACHI_VECTORS
  const base = directory ? pathToFileURL(`${resolve(directory)}/`) : new URL('../vectors/', import.meta.url)
  const url = [new URL(`${file}.json`, base), new URL(`dspy/${file}.json`, base)].find(one => existsSync(one))
  return url && JSON.parse(readFileSync(url, 'utf8'))
}

/** The verdict on a value beside the recorded one: same, by the first rule that applies, or fail. */
export const compared = <Case, Ours>(
  testCase: Case,
  expected: unknown,
  ours: Ours,
  rules: readonly Rule<Case, Ours>[] = [],
): Verdict => {
  if (canonical(ours) === canonical(expected)) return { verdict: 'same' }
  const rule = rules.find(rule => rule.applies(testCase, ours))
  return rule === undefined
    ? { verdict: 'fail', difference: { expected, ours } }
    : { verdict: rule.verdict, rule: rule.reason }
}

const casesOf = (data: Data): readonly unknown[] => data.cases as readonly unknown[]

/** JSON with sorted keys; what JSON lacks is written as the vectors mark it. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) return { __float__: floatNames.get(String(part)) }
    if (part === undefined) return { __absent__: true }
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)))
  })

const floatNames: ReadonlyMap<string, string> = new Map([
  ['NaN', 'nan'],
  ['Infinity', 'inf'],
  ['-Infinity', '-inf'],
])
