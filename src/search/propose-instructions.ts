import { fieldLines } from '../adapters/field-lines.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { predict } from '../modules/predict.ts'
import { answersOf, completionsOf } from '../modules/prediction-details.ts'
import type { Predictor } from '../ports/module.ts'
import { signature } from '../signature/create.ts'
import type { AskOptions } from './prompt-model.ts'
import { numberedBlocks, quotedLines, shownScore } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { usableInstructions } from './usable-instructions.ts'
import { coproWording as wording } from './wording.ts'

/** Instructions that were tried, and what they scored. */
export interface Attempt {
  readonly instructions: string
  readonly score: number
}

/** What is wanted: instructions for one predictor. */
export interface InstructionsWanted {
  readonly predictor: Pick<Predictor, 'path' | 'signature'>
  /** What was tried, in the order to show it. */
  readonly attempts: readonly Attempt[]
  /** What needs no second proposal. */
  readonly known: ReadonlySet<string>
}

/**
 * Asks for several instructions for each predictor, drawn in one call for each. A model that draws one answer a call, or
 * refuses to draw several, is asked for each of the rest by itself.
 *
 * Each list holds what is new, at most `count` of them and none where nothing came. Undefined in place of all where the
 * budget ended within a question.
 */
export async function* proposeInstructions<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  wanted: readonly InstructionsWanted[],
  count: number,
  options: AskOptions,
): AsyncGenerator<SearchEvent, readonly (readonly string[])[] | undefined, undefined> {
  const questions = wanted.map(questionOf)
  const drawn = yield* run.promptModel.ask(writer(count), questions, options)
  if (drawn === undefined) return undefined
  const refused = drawn.includes(undefined) && refusesSeveral(run.promptModel.record.lastError)
  const missing = drawn.flatMap((output, place) => {
    const given = output === undefined ? (refused ? 0 : count) : answersOf(output).length
    return Array.from({ length: given < 2 ? count - given : 0 }, () => place)
  })
  const more = missing.length === 0 ? [] : yield* run.promptModel.ask(writer(1), pick(questions, missing), options)
  if (more === undefined) return undefined

  const proposed: (readonly string[])[] = []
  for (const [place, { predictor, known }] of wanted.entries()) {
    const about = `instructions of ${predictor.path}`
    const answers = [drawn[place], ...more.filter((_, index) => missing[index] === place)]
    const texts = new Set<string>()
    for (const answer of answers.flatMap(output => (output === undefined ? [] : completionsOf(output)))) {
      const { text, problem } = usableInstructions(unquoted(answer.improved_instructions), '')
      if (text === undefined) yield { type: 'proposal-failed', about, error: problem }
      else if (!known.has(text)) texts.add(text)
    }
    for (const text of texts) yield { type: 'text-proposed', about, text }
    proposed.push([...texts])
  }
  return proposed
}

const writer = (count: number) =>
  predict(
    signature(
      {
        inputs: { step: 'string', attempts: 'string' },
        outputs: { improved_instructions: { constraints: { minLength: 1 } } },
      },
      wording,
    ),
    { n: count },
  )

const questionOf = ({ predictor, attempts }: InstructionsWanted) => ({
  about: `instructions of ${predictor.path}`,
  input: {
    step: wording.step(fieldLines(predictor.signature.inputs), fieldLines(predictor.signature.outputs)),
    attempts: numberedBlocks(
      wording.attemptHead,
      attempts.map(({ instructions, score }) => wording.attempt(quotedLines(instructions), shownScore(score))),
    ),
  },
})

/** A provider that cannot draw several answers says that the request is wrong. */
const refusesSeveral = (error: unknown): boolean =>
  KkachiError.is(error, 'model/request') || KkachiError.is(error, 'model/unsupported')

const pick = <Item>(items: readonly Item[], places: readonly number[]): readonly Item[] =>
  places.flatMap(place => items.slice(place, place + 1))

const unquoted = (text: string): string => {
  const trimmed = text.trim()
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed
}
