import { fieldLines } from '../adapters/field-lines.ts'
import { predict } from '../modules/predict.ts'
import type { Predictor, ProgramState } from '../ports/module.ts'
import { plainValue } from '../tracing/plain-value.ts'
import type { Spent } from './budget.ts'
import { instructionsOf, withInstructions } from './instructions.ts'
import type { Observation } from './observation.ts'
import { observationText, quoted } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { adviceWording } from './wording-advice.ts'

/** Two runs of one row to learn from, and the program that is to learn. */
export interface AdviceTask {
  readonly state: ProgramState
  /** Absent where the runs do not differ and this one says nothing. */
  readonly better?: Observation
  readonly worse?: Observation
}

/** Predictor path to advice; only predictors that have some. */
export type Advice = ReadonlyMap<string, string>

/**
 * Asks the prompt model what each predictor should do otherwise, from a good and a bad run of the same row: all questions
 * at once. Undefined for a question of which nothing came, and in place of all where the budget ended within them.
 *
 * @param keep what to leave unspent
 */
export async function* advise<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  tasks: readonly AdviceTask[],
  keep: Spent,
): AsyncGenerator<SearchEvent, readonly (Advice | undefined)[] | undefined, undefined> {
  const answers = yield* run.promptModel.ask(
    adviser(),
    tasks.map(({ state, better, worse }) => {
      const { predictors } = run.program.withState(state)
      return {
        about: `advice from row ${(better ?? worse)?.row ?? 0}`,
        input: {
          program: predictors.map(described).join('\n\n'),
          better_run: runText(run, better),
          worse_run: runText(run, worse),
          predictors: predictors.map(({ path }) => path),
        },
      }
    }),
    { keep },
  )
  if (answers === undefined) return undefined
  const advices = answers.map(answer => answer && adviceOf(run.program.predictors, answer.advice))
  for (const advice of advices) {
    for (const [path, text] of advice ?? []) yield { type: 'text-proposed', about: `advice for ${path}`, text }
  }
  return advices
}

/** A state whose instructions say the advice, too. */
export const withAdvice = (state: ProgramState, advice: Advice): ProgramState =>
  [...advice].reduce(
    (advised, [path, text]) =>
      withInstructions(advised, path, adviceWording.advised(instructionsOf(advised, path), text)),
    state,
  )

const adviser = () =>
  predict('program, better_run, worse_run, predictors: list[str] -> discussion, advice: dict[str, str]', adviceWording)

const adviceOf = (predictors: readonly Predictor[], advice: Readonly<Record<string, string>>): Advice => {
  const texts = new Map<string, string>()
  for (const { path } of predictors) {
    const text = Object.hasOwn(advice, path) ? advice[path]?.trim() : undefined
    if (text !== undefined && text !== '' && text !== 'N/A') texts.set(path, text)
  }
  return texts
}

const described = ({ path, signature: { instructions, inputs, outputs } }: Predictor): string =>
  adviceWording.predictor(path, instructions, fieldLines(inputs), fieldLines(outputs))

const runText = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  observation: Observation | undefined,
): string => {
  if (observation === undefined) return adviceWording.noRun
  const { details } = observation
  return [
    observationText(run, observation),
    ...(details === undefined
      ? []
      : [adviceWording.details(quoted(JSON.stringify(plainValue(details, text => text))))]),
  ].join('\n')
}
