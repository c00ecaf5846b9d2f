import { fieldLines } from '../adapters/field-lines.ts'
import { derive } from '../data/seeded-random.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { chainOfThought } from '../modules/chain-of-thought.ts'
import type { Demo, Predictor, ProgramState } from '../ports/module.ts'
import { signature } from '../signature/create.ts'
import type { Spent } from './budget.ts'
import { instructionsOf, withInstructions } from './instructions.ts'
import { exampleText, numberedBlocks, quotedLines } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { unfenced } from './usable-instructions.ts'
import { rulesWording as wording } from './wording.ts'

export interface RulesWanted {
  /** The rows to learn from, by their place in the training set. */
  readonly rows: readonly number[]
  /** What the rules are to be added to; the demos that its program made itself show what steps should give. */
  readonly state: ProgramState
  /** Rules of one text, at most. */
  readonly rules: number
  /** The numbers of the attempts to make, each a text of rules for every predictor. */
  readonly attempts: readonly number[]
  /** What to leave unspent. */
  readonly keep: Spent
}

/** Predictor path to rules; only predictors that got some. */
export type InferredRules = ReadonlyMap<string, string>

/** Characters of examples that one question shows, at most, and at least where a model can read no more. */
const mostShown = 24_000
const leastShown = 3_000

/**
 * Asks the prompt model for the rules behind rows, for every predictor by itself, all attempts at once. The attempts
 * differ by the dice of the model, and by the rows they show where these are too many for one question. A question
 * that is too long for the model is asked again with half of the rows.
 *
 * One map for each attempt, empty where nothing came; undefined in place of all where the budget ended.
 */
export async function* inferRulesFromRows<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { rows, state, rules, attempts, keep }: RulesWanted,
): AsyncGenerator<SearchEvent, readonly InferredRules[] | undefined, undefined> {
  const inferring = inducer(rules)
  const learned = rows.map(row => run.train[row] as Row)
  const found = attempts.map(() => new Map<string, string>())
  let open = attempts.flatMap((attempt, place) =>
    run.program.predictors.map(predictor => ({ attempt, place, predictor, path: predictor.path })),
  )
  for (let most = mostShown; open.length > 0 && most >= leastShown; most /= 2) {
    const questions = open.map(({ attempt, predictor, path }) => ({
      about: `rules ${attempt + 1} for ${path}`,
      input: questionOf(predictor, state, learned, most, blocks =>
        derive(run.seed, `rules ${attempt} ${path}`).shuffle(blocks),
      ),
    }))
    const answers = yield* run.promptModel.ask(inferring, questions, { keep })
    if (answers === undefined) return undefined
    for (const [index, { place, path }] of open.entries()) {
      const text = unfenced(answers[index]?.rules.trim() ?? '')
      if (text === '') continue
      found[place]?.set(path, text)
      yield { type: 'text-proposed', about: questions[index]?.about ?? '', text }
    }
    if (!KkachiError.is(run.promptModel.record.lastError, 'model/context-window')) break
    open = open.filter((_, index) => answers[index] === undefined)
  }
  return found
}

/** A state whose instructions say the rules, too. */
export const withRules = (state: ProgramState, rules: InferredRules): ProgramState =>
  [...rules].reduce(
    (told, [path, text]) => withInstructions(told, path, wording.joined(instructionsOf(told, path), text)),
    state,
  )

const inducer = (rules: number) =>
  chainOfThought(
    signature(
      { inputs: { task: 'string', examples: 'string' }, outputs: { rules: { constraints: { minLength: 1 } } } },
      { instructions: wording.instructions(rules), descriptions: wording.descriptions },
    ),
  )

const questionOf = (
  { path, signature: { inputs, outputs } }: Predictor,
  state: ProgramState,
  rows: readonly object[],
  most: number,
  shuffled: (blocks: readonly string[]) => readonly string[],
) => {
  const names = [...inputs, ...outputs].map(({ name }) => name)
  const isLabeled = rows.some(row => outputs.some(({ name }) => Object.hasOwn(row, name)))
  const blocks = isLabeled
    ? rows.map(row => exampleText(row, names))
    : [
        ...ownDemos(state, path).map(demo => exampleText(demo, names)),
        ...rows.map(row => exampleText(row, Object.keys(row))),
      ]
  const length = blocks.reduce((sum, block) => sum + block.length + 14, 0)
  return {
    task: [
      wording.task(quotedLines(instructionsOf(state, path)), fieldLines(inputs), fieldLines(outputs)),
      ...(isLabeled ? [] : [wording.oneStep]),
    ].join('\n'),
    examples: numberedBlocks(wording.exampleHead, length > most ? shuffled(blocks) : blocks, most),
  }
}

/** What good runs of the program did at this step. */
const ownDemos = (state: ProgramState, path: string): readonly Demo[] =>
  (state[path]?.demos ?? []).filter(demo => demo.augmented === true)
