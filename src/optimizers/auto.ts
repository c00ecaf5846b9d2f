import { derive } from '../data/seeded-random.ts'
import { type Combination, combinations, type Entrant } from '../search/combinations.ts'
import { confirmGain } from '../search/confirm-gain.ts'
import { missedRows, repeatedAnswers, spreadRows } from '../search/demo-choices.ts'
import { harvest } from '../search/harvest.ts'
import { newSentences } from '../search/new-sentences.ts'
import { type Race, race } from '../search/race.ts'
import { racePlan } from '../search/race-plan.ts'
import { rewriteInstructions } from '../search/rewrite-instructions.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { type DemoLimits, whole, wholeSeed } from './demo-limits.ts'
import { type Found, optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface AutoOptions extends Pick<DemoLimits, 'maxDemos'> {
  readonly seed?: number
}

export const auto = ({ seed = 0, maxDemos = 8 }: AutoOptions = {}): Optimizer => {
  wholeSeed(seed)
  whole('maxDemos', maxDemos, 0)
  return optimization('auto', seed, run => search(run, maxDemos))
}

async function* search<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  maxDemos: number,
): AsyncGenerator<SearchEvent, Found, undefined> {
  const plan = racePlan(run)
  const parts = combinations(
    run.program.state,
    run.program.predictors.map(({ path }) => path),
  )
  const racing = race(run, parts, plan.rows)
  const harvested = harvest(run)
  const answerOf = repeatedAnswers(
    run.train,
    run.program.signature.inputs.map(({ name }) => name),
  )
  const student = parts.combine(
    parts.instructions.map(([own]) => own as NonNullable<typeof own>),
    parts.demos[0] as (typeof parts.demos)[number],
  )
  let cut = !(yield* racing.run([{ combination: student, rows: plan.racingRows.slice(0, plan.baselineRuns) }]))
  const baseline = parts.entrant(student.key)
  if (cut || baseline === undefined) return { cut: true }
  harvested.add(racing.observed(baseline))

  for (const [place, texts] of run.givenInstructions.entries()) {
    for (const [index, [own]] of parts.instructions.entries()) {
      const path = run.program.predictors[index]?.path ?? ''
      if (own) parts.addInstructions(path, texts[path] ?? '', `given ${place + 1}`, own)
    }
  }

  const leader = (): Combination => {
    const ranked = parts.entrants.map(entrant => ({ entrant, value: cautious(racing, entrant, plan.judgingRows) }))
    return ranked.reduce((best, next) => (next.value > best.value ? next : best)).entrant
  }

  for (let round = 0; round < plan.rounds && !cut; round += 1) {
    yield { type: 'round-started', name: 'round', round, of: plan.rounds }
    const random = derive(run.seed, `auto round ${round}`)
    const best = leader()
    // instructions
    const entrant = parts.entrant(best.key) as Entrant
    const failed = racing
      .observed(entrant)
      .filter(({ part, passed, score }) => part === 'train' && !(passed && score >= 1))
    if (run.promptModel.isThere && failed.length > 0 && plan.progress() < 0.8) {
      const cases = Array.from({ length: plan.proposals }, () =>
        random.sample(failed, Math.min(plan.cases, failed.length)),
      )
      const rewritten = yield* rewriteInstructions(run, parts.stateOf(best), cases, plan.unspentAtEnd)
      if (rewritten === undefined) {
        cut = true
        break
      }
      for (const texts of rewritten) {
        for (const [path, text] of texts ?? []) {
          const own = best.instructions.find(part => part.path === path)
          if (own === undefined) continue
          parts.addInstructions(path, text, 'rewrite', own)
          const added = newSentences(own.text, text)
          if (added !== '') parts.addInstructions(path, `${own.text}\n${added}`, 'addition', own)
        }
      }
    }
    // demos
    if (maxDemos > 0) {
      const showable = [...run.train.keys()].filter(row => harvested.has(row))
      const count = Math.min(maxDemos, Math.max(1, Math.floor(showable.length / 2)))
      const choice = { random, rows: showable, count, answerOf }
      const sets =
        round === 0
          ? [spreadRows(choice), spreadRows(choice)]
          : [spreadRows(choice), missedRows(choice, row => plan.easeOf(racing.model, row))]
      for (const [index, rows] of sets.entries()) {
        if (rows.length > 0)
          parts.addDemos(harvested.demosOf(rows), new Set(rows), index === 0 || round === 0 ? 'demos' : 'missed demos')
      }
    }
    // race
    const until = plan.raceUntil(round)
    let step = 0
    while (!cut && plan.progress() < until) {
      const pulls = racing.draw({
        random: derive(run.seed, `auto round ${round} step ${step}`),
        draws: plan.draws,
        rowsEach: plan.rowsEach,
        on: plan.racingRows,
      })
      const fitting = plan.fitting(pulls)
      if (fitting.length === 0) break
      const known = new Set(parts.entrants.map(({ key }) => key))
      cut = !(yield* racing.run(fitting))
      step += 1
      if (!cut)
        for (const { combination } of fitting) {
          const one = parts.entrant(combination.key)
          if (one) harvested.add(racing.observed(one))
        }
      void known
    }
    const top = leader()
    const { mean, sd } = racing.reckon(top, plan.judgingRows)
    const runner = parts.entrant(top.key)
    if (runner)
      yield* run.enter(runner.candidate, racing.observed(runner), {
        score: mean,
        low: mean - 2 * sd,
        high: mean + 2 * sd,
      })
    if (mean >= 0.985 && racing.observed(runner as Entrant).length >= 24) break
  }
  return yield* confirmGain(run, racing, plan, baseline, cut)
}

/** What a combination is good for at least, more or less. */
export const cautious = (racing: Race, combination: Combination, rows: readonly number[]): number => {
  const { mean, sd } = racing.reckon(combination, rows)
  return mean - 0.5 * sd
}
