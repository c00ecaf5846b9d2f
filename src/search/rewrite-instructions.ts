import { predict } from '../modules/predict.ts'
import type { Module, ProgramState } from '../ports/module.ts'
import { signature } from '../signature/create.ts'
import { instructionsOf } from './instructions.ts'
import type { Observation } from './observation.ts'
import { numberedBlocks, observationText } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { rewriteWording as wording } from './wording-rewrite.ts'

/** Predictor path to what it is to be told. */
export type Rewritten = ReadonlyMap<string, string>

/**
 * Asks the prompt model for better instructions of every predictor, one question for each set of failed runs; answers in
 * their order, undefined for one that could not be used, and undefined for all where the budget ended within them.
 */
export async function* rewriteInstructions<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  state: ProgramState,
  failures: readonly (readonly Observation[])[],
): AsyncGenerator<SearchEvent, readonly (Rewritten | undefined)[] | undefined, undefined> {
  const { predictors } = run.program
  const paths = predictors.map(predictor => predictor.path)
  const isAlone = paths.length === 1
  const fieldsOf = (place: number): string => {
    const { inputs = [], outputs = [] } = predictors[place]?.signature ?? {}
    return `${inputs.map(({ name }) => name).join(', ')} -> ${outputs.map(({ name }) => name).join(', ')}`
  }
  const told = (path: string): string => instructionsOf(state, path)
  const questions = failures.map((observed, index) => ({
    about: isAlone ? `instructions ${index + 1}` : `instructions of ${paths.length} predictors ${index + 1}`,
    input: {
      program: isAlone ? fieldsOf(0) : paths.map((path, place) => wording.step(path, fieldsOf(place))).join('\n'),
      present_instructions: isAlone
        ? told(paths[0] ?? '')
        : paths.map(path => wording.ofStep(path, told(path))).join('\n\n'),
      cases: numberedBlocks(
        'Case',
        observed.map(observation => observationText(run, observation)),
      ),
    },
  }))
  const answers = yield* run.promptModel.ask(rewriter(paths), questions)
  if (answers === undefined) return undefined
  const rewritten: (Rewritten | undefined)[] = []
  for (const [index, answer] of answers.entries()) {
    const texts = paths.map((path, place): [string, string] => [
      path,
      String(answer?.[fieldOf(place, isAlone)] ?? '').trim(),
    ])
    const usable = texts.filter(([path, text]) => text !== '' && text !== told(path))
    for (const [path, text] of usable) {
      yield { type: 'text-proposed', about: `${questions[index]?.about ?? ''} (${path})`, text }
    }
    if (answer !== undefined && usable.length === 0) {
      yield { type: 'proposal-failed', about: questions[index]?.about ?? '', error: wording.nothingNew }
    }
    rewritten.push(usable.length === 0 ? undefined : new Map(usable))
  }
  return rewritten
}

const fieldOf = (place: number, isAlone: boolean): string =>
  isAlone ? 'improved_instructions' : `improved_instructions_${place + 1}`

/** The predictor that rewrites: one output for each predictor of the program. */
const rewriter = (paths: readonly string[]): Module<Question, Record<string, unknown>> => {
  const isAlone = paths.length === 1
  const outputs = paths.map((_, place) => fieldOf(place, isAlone))
  const source: string = `program, present_instructions, cases -> diagnosis, ${outputs.join(', ')}`
  const { program, present, cases, diagnosis, improved } = wording.descriptions
  const made = predict(
    signature(source as 'program, present_instructions, cases -> diagnosis, improved_instructions', {
      instructions: wording.instructions,
      descriptions: {
        ...{ program, present_instructions: present, cases, diagnosis },
        ...Object.fromEntries(
          outputs.map((name, place) => [name, isAlone ? improved : wording.improvedStep(paths[place] ?? '')]),
        ),
      },
    }),
  )
  return made
}

interface Question {
  readonly program: string
  readonly present_instructions: string
  readonly cases: string
}
