import { derive } from '../data/seeded-random.ts'
import { type Combination, combinations } from '../search/combinations.ts'
import { confirmGain } from '../search/confirm-gain.ts'
import { harvest } from '../search/harvest.ts'
import { assembleInstructions, proposeDemos, proposeInstructions } from '../search/propose-parts.ts'
import { type Race, race } from '../search/race.ts'
import { type RacePlan, racePlan } from '../search/race-plan.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { type Found, optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface AutoOptions {
  /** Demos for each predictor, at most; 16 when absent. */
  readonly maxDemos?: number
  readonly seed?: number
}

/**
 * Searches instructions and demos together, by as few calls as it can: the default, and the best we have for any budget.
 *
 * 1. The student runs on a few training rows.
 * 2. In rounds, the prompt model rewrites the instructions of all predictors by runs that went wrong, and sets of demos are
 *    drawn from labeled rows and from good runs that were paid for anyway. New sentences are also tried one by one answer,
 *    all together, and put together by what each is believed to be worth: that costs no call.
 * 3. All combinations of these parts race. Every answer teaches one response model about every part at work in it and
 *    about its row; who runs next, and on which rows, is drawn from what the model believes (Thompson 1933), so that hopeless
 *    combinations run on a handful of rows and nothing runs twice. A row that is shown as a demo scores nobody.
 * 4. The best few run on development rows, and the best of them beside the student until it is beyond doubt that it is
 *    better. Where it never is, the student comes back.
 *
 * The score of the result is what the response model reckons for all development rows, and their mean where it ran on all.
 * Without a development set it is chosen by training rows. Without a budget it makes 400 runs of the program at most, and
 * four times that with any. A prompt model that cannot write (`capabilities.writesInstructions`) is not asked: then it
 * searches demos and the instructions that the problem gives.
 *
 * Measured beside DSPy 3.4.1's optimizers in `bench/results-optimizers.md`.
 *
 * @see Rasch 1960 for the response model, Thompson 1933 for who runs next; the race as a whole is our own
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const { program } = await auto().optimize(student, { train, dev, metric, model, budget: { calls: 250 } })
 */
export const auto = ({ maxDemos = 16, seed = 0 }: AutoOptions = {}): Optimizer => {
  whole('maxDemos', maxDemos, 0)
  wholeSeed(seed)
  return optimization('auto', seed, run => search(run, maxDemos))
}

async function* search<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  maxDemos: number,
): AsyncGenerator<SearchEvent, Found, undefined> {
  const plan = racePlan(run, maxDemos)
  const parts = combinations(
    run.program.state,
    run.program.predictors.map(({ path }) => path),
  )
  const racing = race(run, parts, plan.rows)
  const harvested = harvest(run)
  const { student } = parts
  const begun = yield* racing.run(
    plan.fitting([{ combination: student, rows: plan.racingRows.slice(0, plan.baselineRuns) }]),
  )
  if (!begun) return { cut: true }
  for (const [place, texts] of run.givenInstructions.entries()) {
    for (const { path } of student.instructions) parts.addInstructions(path, texts[path] ?? '', `given ${place + 1}`)
  }
  let cut = false
  const leads: number[] = []
  for (let round = 0; round < plan.rounds && !cut; round += 1) {
    yield { type: 'round-started', name: 'round', round, of: plan.rounds }
    const [leader = student] = racing.ranked(plan.judgingRows)
    leads.push(racing.reckon(leader, plan.judgingRows).mean / racing.bestScore)
    if (isSettled(racing, leader, plan) || hasStalled(leads, plan.patience)) break
    for (const entrant of parts.entrants) harvested.add(racing.observed(entrant))
    cut = !(yield* proposeInstructions(run, racing, plan, leader, round))
    if (cut) break
    if (round > 0) assembleInstructions(racing, leader)
    proposeDemos(run, racing, plan, harvested, leader, round)
    cut = yield* raceRound(run, racing, plan, round)
    yield* tellLeader(run, racing, plan)
  }
  return yield* confirmGain(run, racing, plan, cut)
}

/** Races until the round's share is spent, or nothing is left to run. True when the budget ended within a step. */
async function* raceRound<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
  round: number,
): AsyncGenerator<SearchEvent, boolean, undefined> {
  const { draws, rowsEach, racingRows: on } = plan
  for (let step = 0; plan.progress() < plan.roundEnds(round); step += 1) {
    const random = derive(run.seed, `race round ${round} step ${step}`)
    const pulls = plan.fitting(racing.draw({ random, draws, rowsEach, on }))
    if (pulls.length === 0) return false
    if (!(yield* racing.run(pulls))) return true
  }
  return false
}

/** Enters who leads now, so that whoever watches sees how far it is. */
function* tellLeader<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
): Generator<SearchEvent, void, undefined> {
  const [leader] = racing.ranked(plan.judgingRows)
  if (leader === undefined) return
  yield* run.enter(
    leader.candidate,
    racing.judgedBy(leader, plan.judgingRows),
    racing.reckoned(leader, plan.judgingRows),
  )
}

/** Whether nothing is left to gain. */
const isSettled = (racing: Race, leader: Combination, plan: RacePlan): boolean => {
  const known = racing.parts.entrant(leader.key)
  return (
    known !== undefined &&
    racing.observed(known).length >= enoughRuns &&
    racing.reckon(leader, plan.judgingRows).mean >= goodEnough * racing.bestScore
  )
}

/** Whether the last rounds brought nothing: what is left of the budget would buy little. */
const hasStalled = (leads: readonly number[], patience: number): boolean =>
  leads.length > patience && Math.max(...leads.slice(-patience)) < Math.max(...leads.slice(0, -patience)) + worthwhile

/** A gain, as a share of the best score. */
const worthwhile = 0.005
/** As a share of the best score. */
const goodEnough = 0.985
const enoughRuns = 24
