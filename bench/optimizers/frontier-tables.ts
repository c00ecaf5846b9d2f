import { markdownTable } from '../markdown-table.ts'
import { bars, estimateBar } from './bars.ts'
import { deviation, grouped, mean, type RunResult } from './run-result.ts'

const difficulties = ['easy', 'hard'] as const
type Level = (typeof difficulties)[number]

const levelOf = ({ world }: RunResult): Level => (world.includes('-hard-') ? 'hard' : 'easy')
const isHeldOut = ({ world }: RunResult): boolean => /^(?:route|file)-/.test(world)
const text = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(1))
const of = (runs: readonly RunResult[], field: 'dev' | 'test' | 'calls' | 'promptTokens' | 'seconds'): number =>
  mean(runs.map(run => run[field]))

/** Every optimizer with its means, one table for each family of worlds. */
export const frontierTables = (runs: readonly RunResult[]): readonly string[] =>
  [false, true].flatMap(heldOut => {
    const own = runs.filter(run => isHeldOut(run) === heldOut)
    if (own.length === 0) return []
    const rows = [...grouped(own, ({ library, optimizer }) => `${library} ${optimizer}`)].map(([name, group]) => {
      const [easy, hard] = difficulties.map(level => group.filter(run => levelOf(run) === level))
      return [
        name,
        of(group, 'calls').toFixed(0),
        `${(of(group, 'promptTokens') / 1000).toFixed(0)}k`,
        ...[easy, hard].flatMap((part = []) => [text(of(part, 'dev')), text(of(part, 'test'))]),
        `${of(group, 'seconds').toFixed(1)} s`,
      ]
    })
    const head = [
      'optimizer',
      'calls',
      'prompt tokens',
      'easy dev',
      'easy test',
      'hard dev',
      'hard test',
      'time of a run',
    ]
    return [`### ${heldOut ? 'Worlds of the other make' : 'Worlds'}\n\n${markdownTable(head, rows)}`]
  })

/** `auto` beside its bars and beside the best of DSPy's. */
export const comparisonTables = (runs: readonly RunResult[]): readonly string[] =>
  [false, true].flatMap(heldOut => {
    const autos = runs.filter(run => run.optimizer.startsWith('auto ') && isHeldOut(run) === heldOut)
    if (autos.length === 0) return []
    const rows = bars.flatMap(bar => {
      const own = autos.filter(({ budget }) => budget === bar.budget)
      if (own.length === 0) return []
      return difficulties.flatMap(level => {
        const part = own.filter(run => levelOf(run) === level)
        if (part.length === 0) return []
        const dev = of(part, 'dev')
        const spread = mean(
          [...grouped(part, ({ world }) => world).values()].map(group => deviation(group.map(run => run.dev))),
        )
        const apart = part.flatMap(({ reported, test }) => (reported === undefined ? [] : [reported - test]))
        const tokens = of(part, 'promptTokens')
        const most = Math.max(...part.map(({ calls }) => calls))
        return [
          [
            `auto ${bar.budget}`,
            level,
            judged(text(dev), dev >= bar[level], `>= ${bar[level]}`),
            text(of(part, 'test')),
            judged(text(spread), bar.spread && spread <= bar.spread[level], bar.spread && `<= ${bar.spread[level]}`),
            judged(text(mean(apart)), Math.abs(mean(apart)) <= estimateBar[level], `within ${estimateBar[level]}`),
            text(mean(apart.map(Math.abs))),
            judged(most.toFixed(0), most <= bar.budget, `<= ${bar.budget}`),
            judged(
              `${(tokens / 1000).toFixed(0)}k`,
              bar.promptTokens && tokens <= bar.promptTokens,
              bar.promptTokens === undefined ? undefined : `<= ${bar.promptTokens / 1000}k`,
            ),
          ],
        ]
      })
    })
    const head = [
      '',
      'worlds',
      'dev',
      'test',
      'sd over seeds',
      'reported - test',
      'apart in one run',
      'calls at most',
      'prompt tokens',
    ]
    const title = `### What auto has to reach${heldOut ? ', on worlds of the other make' : ''}`
    const rivals = runs.filter(run => isHeldOut(run) === heldOut)
    return [`${title}\n\n${markdownTable(head, rows)}${besideDspy(rivals, autos)}`]
  })

/** Sequences of optimizers stand apart: which ones, and how long each, was our choice. */
const sequences: ReadonlySet<string> = new Set(['BetterTogether'])

const besideDspy = (runs: readonly RunResult[], autos: readonly RunResult[]): string => {
  const dspy = runs.filter(({ library }) => library === 'dspy')
  if (dspy.length === 0) return ''
  const rows = difficulties.flatMap(level => {
    const own = autos.filter(run => levelOf(run) === level)
    const groups = [...grouped(dspy, ({ optimizer }) => optimizer)].map(([name, group]) => {
      const part = group.filter(run => levelOf(run) === level)
      return { name, dev: of(part, 'dev'), test: of(part, 'test'), calls: of(part, 'calls') }
    })
    return [false, true].flatMap(isSequence => {
      const rivals = groups.filter(({ name }) => sequences.has(name) === isSequence)
      const [one, ...others] = rivals
      if (one === undefined) return []
      const best = others.reduce((most, next) => (next.dev > most.dev ? next : most), one)
      return [
        [
          level,
          isSequence ? 'sequence of two' : 'optimizer',
          `${best.name}: ${text(best.dev)} / ${text(best.test)} in ${best.calls.toFixed(0)} calls`,
          ...[60, 250].map(budget =>
            beside(
              own.filter(run => run.budget === budget),
              best,
            ),
          ),
        ],
      ]
    })
  })
  const head = ['worlds', "the best of DSPy's on dev", 'dev / test', 'auto at 60 calls', 'auto at 250 calls']
  return `\n\n${markdownTable(head, rows)}`
}

const beside = (own: readonly RunResult[], best: { readonly dev: number; readonly test: number }): string => {
  const [dev, test] = [of(own, 'dev'), of(own, 'test')]
  const sign = (difference: number) => `${difference < 0 ? '' : '+'}${text(difference)}`
  return `${text(dev)} / ${text(test)} (${sign(dev - best.dev)} / ${sign(test - best.test)})`
}

const judged = (value: string, holds: boolean | number | undefined, bar: string | undefined): string =>
  bar === undefined || holds === undefined ? value : `${value} (${bar}: ${holds ? 'yes' : 'NO'})`
