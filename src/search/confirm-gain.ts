import { derive } from '../data/seeded-random.ts'
import type { ProgramState } from '../ports/module.ts'
import type { ScoredCandidate } from './candidate.ts'
import type { Entrant } from './combinations.ts'
import type { Race } from './race.ts'
import type { RacePlan } from './race-plan.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/** Who won a race. */
export interface Winner {
  readonly state?: ProgramState
  readonly score?: number
  readonly baseline?: ScoredCandidate
  /** Whether the budget ended the race. */
  readonly cut: boolean
}

/**
 * The last part of a race: the best few run on the rows they are judged by, and the best of them beside the student until
 * it is beyond doubt that it is better on these rows as a whole, all of them run or not. Otherwise the student wins.
 */
export async function* confirmGain<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
  wasCut: boolean,
): AsyncGenerator<SearchEvent, Winner, undefined> {
  const student = racing.parts.entrant(racing.parts.student.key)
  if (student === undefined) return { cut: true }
  let cut = wasCut || !(yield* judgeFinalists(run, racing, plan))
  const finalists = racing.ranked(plan.judgingRows).filter(entrant => entrant !== student)
  let winner = student
  for (const finalist of finalists.slice(0, finalistCount)) {
    const verdict = cut ? sureOf(racing, plan, student, finalist) : yield* compared(racing, plan, student, finalist)
    cut ||= verdict === 'cut'
    if (verdict !== 'better') continue
    winner = finalist
    break
  }
  if (!cut) cut = !(yield* runOnAll(racing, plan, winner))
  return yield* entered(run, racing, plan, { student, winner, cut })
}

/** Those who may win. */
const finalistCount = 4
/** Standard deviations by which a lead must be above nothing for no more to be run. */
const beyondDoubt = 3
/** The same where no more can be run. */
const clearly = 1

/** Draws who of the best few runs next, on judging rows, until the budget is spent or one of them cannot be better. */
async function* judgeFinalists<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
): AsyncGenerator<SearchEvent, boolean, undefined> {
  const among = racing.ranked(plan.judgingRows).slice(0, finalistCount)
  const { draws, rowsEach, judgingRows: on } = plan
  for (let step = 0; plan.progress() < judgingEnds; step += 1) {
    const [leader, ...others] = racing.ranked(on, among)
    if (leader === undefined || others.every(other => racing.promise(leader, other, on) < worthwhile)) return true
    const random = derive(run.seed, `final step ${step}`)
    const pulls = plan.fitting(racing.draw({ random, draws, rowsEach, on, among }))
    if (pulls.length === 0) return true
    if (!(yield* racing.run(pulls))) return false
  }
  return true
}

/** The share of the budget that is spent then: the rest is for the comparison with the student. */
const judgingEnds = 0.92
/** What another of the best few may be expected to be better by, as a share of the best score, to be run on. */
const worthwhile = 0.005

type Verdict = 'better' | 'not better' | 'cut'

const sureOf = (racing: Race, { judgingRows }: RacePlan, student: Entrant, finalist: Entrant): Verdict => {
  const { mean, sd } = racing.lead(student, finalist, judgingRows)
  return mean > clearly * sd && mean > 0 ? 'better' : 'not better'
}

/** Runs both on the same rows until one thing or the other is beyond doubt, or there is no row or no budget left. */
async function* compared(
  racing: Race,
  plan: RacePlan,
  student: Entrant,
  finalist: Entrant,
): AsyncGenerator<SearchEvent, Verdict, undefined> {
  for (;;) {
    const { mean, sd } = racing.lead(student, finalist, plan.judgingRows)
    if (mean > beyondDoubt * sd) return 'better'
    if (mean < -beyondDoubt * sd) return 'not better'
    const open = plan.judgingRows.filter(row => !racing.hasRun(student, row) || !racing.hasRun(finalist, row))
    if (open.length === 0 || plan.progress() >= 1) return sureOf(racing, plan, student, finalist)
    const some = open.slice(0, rowsAtOnce)
    const pulls = plan.fitting(
      [finalist, student].map(combination => ({
        combination,
        rows: some.filter(row => !racing.hasRun(combination, row)),
      })),
    )
    if (!(yield* racing.run(pulls))) return 'cut'
  }
}

const rowsAtOnce = 8

/** What is left of the budget goes into the winner's score: all rows it is judged by, or as it is. */
async function* runOnAll(
  racing: Race,
  plan: RacePlan,
  winner: Entrant,
): AsyncGenerator<SearchEvent, boolean, undefined> {
  const rows = plan.judgingRows.filter(row => !racing.hasRun(winner, row) && !racing.shows(winner, row))
  const pulls = plan.fitting([{ combination: winner, rows }])
  const isWhole = pulls.reduce((sum, pull) => sum + pull.rows.length, 0) === rows.length
  return rows.length === 0 || !isWhole || plan.progress() >= 1 ? true : yield* racing.run(pulls)
}

/** Enters the student and the winner last, and whoever else led once with what is believed of it now. */
async function* entered<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
  { student, winner, cut }: { readonly student: Entrant; readonly winner: Entrant; readonly cut: boolean },
): AsyncGenerator<SearchEvent, Winner, undefined> {
  const enter = (entrant: Entrant) =>
    run.enter(entrant.candidate, racing.judgedBy(entrant, plan.judgingRows), racing.reckoned(entrant, plan.judgingRows))
  const baseline = yield* enter(student)
  const won = winner === student ? baseline : yield* enter(winner)
  const others = run.candidates.filter(({ index }) => index !== won.index && index !== baseline.index)
  for (const { index } of others) {
    const entrant = racing.parts.entrants.find(({ candidate }) => candidate.index === index)
    if (entrant === undefined) continue
    const { score } = racing.reckoned(entrant, plan.judgingRows)
    if (score < won.score) yield* enter(entrant)
    else yield* run.drop(entrant.candidate, 'it may be as good, but less is known of it')
  }
  return { state: won.state, score: won.score, baseline, cut }
}
