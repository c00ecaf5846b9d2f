import { fieldLines } from '../adapters/field-lines.ts'
import { PredictionError } from '../errors/prediction-error.ts'
import { predict } from '../modules/predict.ts'
import type { Module } from '../ports/module.ts'
import { signature } from '../signature/create.ts'
import { defaultInstructions } from '../signature/signature.ts'
import { askForTexts } from './ask-for-texts.ts'
import type { Candidate } from './candidate.ts'
import { instructionsOf } from './instructions.ts'
import type { Observation } from './observation.ts'
import { predictorFeedback } from './predictor-feedback.ts'
import type { AskOptions } from './prompt-model.ts'
import { exampleText, numberedBlocks, observationText, quoted } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { usableInstructions } from './usable-instructions.ts'
import { reflectionWording as wording } from './wording-reflection.ts'

/** What to reflect on: one predictor of a candidate, and what it did. Equal asks give several proposals. */
export interface ReflectionAsk {
  readonly candidate: Candidate
  /** The predictor whose instructions are wanted. */
  readonly path: string
  /** What the candidate did; the lowest score is shown first. Of training rows: what is shown is learned from. */
  readonly observations: readonly Observation[]
}

/** What a writer of instructions is given, all of it text. */
export interface ReflectionInput {
  /** The program's fields and steps. */
  readonly program: string
  /** The step to write for: its name and fields. */
  readonly step: string
  readonly current_instructions: string
  /** What the step did, and what came of it. */
  readonly examples: string
}

/** Writes instructions: a module, so that your own can be a signature, a program, or plain code. */
export type InstructionProposer = Module<ReflectionInput, { readonly instructions: string }>

export interface ReflectOptions extends AskOptions {
  /** Wishes of the caller that every proposal has to meet; our own proposer reads them. */
  readonly wishes?: string
  /** Who writes the instructions, in the place of ours; it asks the prompt model, within the budget. */
  readonly proposer?: InstructionProposer
}

/**
 * Asks the prompt model for new instructions of predictors, from what they did: what they were given and gave, what would
 * have been right, the score, the metric's feedback, and answers that could not be read. It is asked for general rules
 * that the failures prove, and to keep of the present instructions what works.
 *
 * 1. The texts come in the order of the asks. Undefined stands for one that gave nothing usable: told by
 *    `proposal-failed`; what is usable is told by `text-proposed`.
 * 2. All asks are one step of the budget: where it ends within them, undefined comes back for all.
 * 3. A metric that reads `scope.predictor` is asked for the feedback of that predictor.
 * 4. A student without instructions of its own is no obstacle: the prompt model is told that there are none yet.
 * 5. Rows in which the predictor did not run are left out, unless it ran in none.
 *
 * Differs from the proposer of DSPy 3.4.1's GEPA (`InstructionProposer`): the prompt is our own; the right result is shown
 * beside the feedback; of a predictor that ran several times for a row all its runs are shown, not one drawn; answers that
 * could not be read are always shown; long values lose their middle.
 *
 * @see Agrawal et al. 2025, arXiv:2507.19457, section 3.2
 * @throws what is systemic of the prompt model or the metric
 * @example
 * const asks = [{ candidate: run.best, path: 'hop.predict', observations }]
 * const [text] = (yield* reflect(run, asks)) ?? []
 */
export async function* reflect<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  asks: readonly ReflectionAsk[],
  { wishes = '', proposer = reflection(wishes), ...options }: ReflectOptions = {},
): AsyncGenerator<SearchEvent, readonly (string | undefined)[] | undefined, undefined> {
  if (asks.length === 0 || !run.promptModel.isThere) return asks.map(() => undefined)
  const proposals = await Promise.all(
    asks.map(async ask => ({ input: await inputOf(run, ask), about: `instructions of ${ask.path}` })),
  )
  const usable = (given: string, index: number) => {
    const { candidate, path } = asks[index] as ReflectionAsk
    return usableInstructions(given, instructionsOf(candidate.state, path))
  }
  return yield* askForTexts(run.promptModel, { proposer, proposals, field: 'instructions', usable }, options)
}

const reflection = (wishes: string): InstructionProposer =>
  predict(
    signature(
      {
        inputs: { program: 'string', step: 'string', current_instructions: 'string', examples: 'string' },
        outputs: { findings: 'string', instructions: { constraints: { minLength: 1 } } },
      },
      { instructions: wording.instructions(wishes), descriptions: wording.descriptions },
    ),
  )

const inputOf = async <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { candidate, path, observations }: ReflectionAsk,
): Promise<ReflectionInput> => {
  const { signature, predictors } = run.program
  const step = predictors.find(predictor => predictor.path === path)
  const { inputs, outputs } = step?.signature ?? signature
  const current = instructionsOf(candidate.state, path)
  const shown = await Promise.all(
    ofPredictor(observations, path).map(observation => predictorFeedback(run, observation, path)),
  )
  return {
    program: programText(run),
    step: wording.step(path, fieldLines(inputs), fieldLines(outputs)),
    current_instructions:
      current === '' || current === defaultInstructions(inputs, outputs) ? wording.noInstructions : current,
    examples: numberedBlocks(
      wording.example,
      worstFirst(shown).map(observation => caseText(run, observation, path)),
    ),
  }
}

/** What a program takes and gives, and the steps it takes. */
export const programText = <Input, Output extends object, Row extends object>({
  program: { signature, predictors },
}: Pick<SearchRun<Input, Output, Row>, 'program'>): string =>
  wording.program(
    fieldLines(signature.inputs),
    fieldLines(signature.outputs),
    predictors.map(predictor => predictor.path),
  )

/** Each row once, the lowest score first: the end is what a long prompt loses. */
export const worstFirst = (observations: readonly Observation[]): readonly Observation[] =>
  [...new Map(observations.map(observation => [`${observation.part} ${observation.row}`, observation])).values()].sort(
    (a, b) => a.score - b.score,
  )

const ofPredictor = (observations: readonly Observation[], path: string): readonly Observation[] => {
  const ran = observations.filter(
    ({ trace, failed = [] }) => trace.some(step => step.path === path) || failed.some(step => step.path === path),
  )
  return ran.length > 0 ? ran : observations
}

/** What a predictor did with a row; of an answer that could not be read, what it was. */
const caseText = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  observation: Observation,
  path: string,
): string => {
  const isAlone = run.program.predictors.length === 1
  return [
    observationText(run, observation, isAlone ? {} : { path }),
    ...(observation.failed ?? []).flatMap(({ path: failedPath, input, error }) =>
      failedPath === path && error instanceof PredictionError
        ? [
            wording.unreadable(
              path,
              isAlone ? '' : exampleText(input, Object.keys(input)),
              error.text === undefined ? '' : quoted(error.text),
              error.issues.map(({ field, problem }) => quoted(`${field}: ${problem}`)),
            ),
          ]
        : [],
    ),
  ].join('\n')
}
