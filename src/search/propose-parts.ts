import { derive } from '../data/seeded-random.ts'
import type { Combination, Combinations, InstructionPart } from './combinations.ts'
import { missedRows, spreadRows } from './demo-choices.ts'
import type { Harvest } from './harvest.ts'
import type { Race } from './race.ts'
import type { RacePlan } from './race-plan.ts'
import { type Rewritten, rewriteInstructions } from './rewrite-instructions.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/**
 * Asks for better instructions of a combination, by runs that went wrong: each question is dealt its own share of them.
 * An answer becomes several parts, for no further call: as it is; as the present text with its new sentences; and the
 * present text with the new sentences of all answers. False when the budget ended within the questions.
 */
export async function* proposeInstructions<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
  from: Combination,
  round: number,
): AsyncGenerator<SearchEvent, boolean, undefined> {
  const failures = racing.failures(from).slice(0, plan.questions * plan.casesEach)
  if (!run.promptModel.isThere || failures.length === 0) return true
  const dealt = derive(run.seed, `cases of round ${round}`).shuffle(failures)
  const each = Math.min(dealt.length, Math.max(leastCases, Math.ceil(dealt.length / plan.questions)))
  const questions = Array.from({ length: plan.questions }, (_, question) =>
    Array.from({ length: each }, (_, place) => dealt[(question * each + place) % dealt.length]).filter(
      observation => observation !== undefined,
    ),
  )
  const answers = yield* rewriteInstructions(run, racing.parts.stateOf(from), questions)
  if (answers === undefined) return false
  for (const present of from.instructions) addRewritten(racing.parts, present, answers)
  return true
}

/** Runs that one question shows at least, as far as there are so many: fewer say little about a rule. */
const leastCases = 3

const addRewritten = (
  parts: Combinations,
  present: InstructionPart,
  answers: readonly (Rewritten | undefined)[],
): void => {
  const { path, sentences } = present
  const gathered = new Map(sentences.map(({ id, text }) => [id, text] as const))
  for (const answer of answers) {
    const part = parts.addInstructions(path, answer?.get(path) ?? '', 'rewrite')
    const added = part?.sentences.filter(({ id }) => !sentences.some(own => own.id === id)) ?? []
    for (const { id, text } of added) if (!gathered.has(id)) gathered.set(id, text)
    parts.addInstructions(
      path,
      appended(
        present.text,
        added.map(({ text }) => text),
      ),
      'addition',
    )
  }
  parts.addInstructions(path, appended(present.text, [...gathered.values()].slice(sentences.length)), 'union')
}

/** Puts together, for each predictor, the sentences of a combination and all others that are believed to help. */
export const assembleInstructions = (racing: Race, from: Combination): void => {
  const { parts, model } = racing
  for (const [place, present] of from.instructions.entries()) {
    const helping = new Map<number, string>()
    for (const part of parts.instructions[place] ?? []) {
      for (const sentence of part.sentences) {
        const effect = parts.effectOf(part.path, sentence)
        if (effect !== undefined && (model.effects[effect] ?? 0) > 0) helping.set(sentence.id, sentence.text)
      }
    }
    const kept = present.sentences.filter(sentence => {
      const effect = parts.effectOf(present.path, sentence)
      return effect === undefined || helping.has(sentence.id)
    })
    for (const { id } of kept) helping.delete(id)
    const text = [...kept.map(({ text }) => text), ...helping.values()].join('\n')
    parts.addInstructions(present.path, text, 'assembly')
  }
}

/**
 * Adds sets of rows to show: at first two that are spread over the answers, later one that has the rows missed most, and
 * the present set with some of these beside its own.
 */
export const proposeDemos = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  racing: Race,
  plan: RacePlan,
  harvested: Harvest,
  from: Combination,
  round: number,
): void => {
  const showable = [...run.train.keys()].filter(row => harvested.has(row))
  // A row that is shown scores nobody: where there are few, most are left to race on.
  const most = Math.min(plan.maxDemos, run.hasDev ? showable.length : Math.floor(showable.length / 2))
  if (most === 0) return
  const random = derive(run.seed, `demos of round ${round}`)
  const choice = { random, rows: showable, count: Math.min(plan.demos, most), answerOf: plan.answerOf }
  const add = (rows: readonly number[], by: string): void => {
    racing.parts.addDemos(harvested.demosOf(rows), rows, by)
  }
  const easeOf = (row: number): number => plan.easeOf(racing.model, row)
  if (round === 0) {
    add(spreadRows(choice), 'demos')
    add(spreadRows(choice), 'demos')
    return
  }
  add(missedRows(choice, easeOf), 'missed demos')
  const shown = from.demos.rows
  const room = Math.min(plan.demos / 2, most - shown.length)
  if (shown.length === 0 || room < 1) return
  const others = { ...choice, rows: showable.filter(row => !shown.includes(row)), count: Math.floor(room) }
  add([...shown, ...missedRows(others, easeOf)], 'more demos')
}

const appended = (text: string, sentences: readonly string[]): string =>
  sentences.length === 0 ? '' : [text, ...sentences].join('\n')
