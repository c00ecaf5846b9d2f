import { derive } from '../data/seeded-random.ts'
import type { Entrant } from './combinations.ts'
import type { Race } from './race.ts'
import type { RacePlan } from './race-plan.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/** The last part of a race: the best few on rows to judge by, then the best of them beside the student. */
export async function* confirmGain<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
  baseline: Entrant,
  wasCut: boolean,
): AsyncGenerator<
  SearchEvent,
  { readonly state?: Entrant['candidate']['state']; readonly score?: number; readonly cut: boolean },
  undefined
> {
  let cut = wasCut
  const cautious = (entrant: Entrant): number => {
    const { mean, sd } = racing.reckon(entrant, plan.judgingRows)
    return mean - 0.5 * sd
  }
  const finalists = [...racing.parts.entrants].sort((a, b) => cautious(b) - cautious(a)).slice(0, 4)
  let step = 0
  while (!cut && plan.progress() < 1) {
    const pulls = plan.fitting(
      racing.draw({
        random: derive(run.seed, `final ${step}`),
        draws: plan.draws,
        rowsEach: plan.rowsEach,
        on: plan.judgingRows,
        among: finalists,
      }),
    )
    if (pulls.length === 0) break
    cut = !(yield* racing.run(pulls))
    step += 1
    const top = [...finalists].sort((a, b) => cautious(b) - cautious(a))[0]
    if (top && racing.reckon(top, plan.judgingRows).mean >= 0.985 && step > 3) break
  }
  const best = [...racing.parts.entrants].sort((a, b) => cautious(b) - cautious(a))[0] ?? baseline
  for (const entrant of new Set([baseline, best])) {
    const { mean, sd } = racing.reckon(entrant, plan.judgingRows)
    yield* run.enter(entrant.candidate, racing.observed(entrant), {
      score: mean,
      low: mean - 2 * sd,
      high: mean + 2 * sd,
    })
  }
  return { state: best.candidate.state, score: racing.reckon(best, plan.judgingRows).mean, cut }
}
