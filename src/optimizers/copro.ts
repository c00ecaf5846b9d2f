import { canonicalJson } from '../data/canonical-json.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Predictor } from '../ports/module.ts'
import type { Candidate, ScoredCandidate } from '../search/candidate.ts'
import { instructionsOf, withInstructions } from '../search/instructions.ts'
import { type Attempt, proposeInstructions } from '../search/propose-instructions.ts'
import { scoreTogether } from '../search/score-together.ts'
import { bestFound } from './best-found.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface CoproOptions {
  /** Instructions tried for each predictor at each depth, the present ones among the first. */
  readonly breadth?: number // dspy 3.4.1: 10
  /** Times the prompt model is asked, each time shown the best attempts so far. */
  readonly depth?: number // dspy 3.4.1: 3
  /** How boldly the prompt model writes, 0 to 2. */
  readonly temperature?: number // dspy 3.4.1: init_temperature=1.4
  readonly seed?: number
}

/**
 * Coordinate ascent on instructions: the prompt model writes variants of the instructions of each predictor, each is
 * scored, and the next variants are written by looking at the best of them, the worst of these first.
 *
 * In a program of several predictors one is improved after the other, the others at their best so far; what was proposed
 * before is scored again beside the new instructions of the others, as far as they are new.
 *
 * Costs `breadth` times `depth` runs over the scoring rows, and `depth` calls of the prompt model; with P predictors
 * up to P times that at the first depth, twice as much at the second, and so on.
 *
 * Differs from DSPy 3.4.1 (`COPRO`):
 * - scored on the development set where there is one; DSPy has only one set;
 * - only instructions are searched: prefixes of fields have no effect in today's prompt formats, ours and DSPy's;
 * - the prompt is our own, shows the fields of the predictor, and the score of the student from the first depth on;
 * - a program equal to one before, or instructions proposed before, are not scored again;
 * - of equal scores the earlier stays, the student before all;
 * - a model that cannot draw several answers in one call is called once for each;
 * - instructions of the caller's are tried at the first depth.
 *
 * @see Khattab et al. 2023, arXiv:2310.03714; Yang et al. 2023, arXiv:2309.03409, for showing attempts by their score
 * @throws ConfigurationError `configuration/invalid` for a setting out of range; OptimizationError
 *   `optimization/no-proposal` when the prompt model gave nothing that could be used
 * @example
 * const optimizer = copro({ breadth: 6, depth: 2 })
 * const { program } = await optimizer.optimize(student, { train, dev, metric: exactMatch(), model, promptModel })
 */
export const copro = ({ breadth = 10, depth = 3, temperature = 1.4, seed = 0 }: CoproOptions = {}): Optimizer => {
  whole('breadth', breadth, 2)
  whole('depth', depth, 1)
  checkTemperature(temperature)
  wholeSeed(seed)

  return optimization('copro', seed, async function* (run) {
    const student = run.program.state
    const baseline = yield* run.score('student', student)
    if (baseline === undefined) return { cut: true }
    const scores = new Map<string, ScoredCandidate>([[canonicalJson(student), baseline]])
    const coordinates = run.program.predictors.map(predictor => coordinateOf(predictor, baseline))
    let present = student

    for (let round = 0; round < depth; round += 1) {
      yield { type: 'round-started', name: 'depth', round, of: depth }
      const wanted = coordinates.map(({ predictor, tried, texts }) => ({
        predictor,
        attempts: bestOf(tried, breadth).toReversed(),
        known: texts,
      }))
      const count = round === 0 ? breadth - 1 : breadth
      const proposed = yield* proposeInstructions(run, wanted, count, { temperature, keep: run.scoringCost })
      if (proposed === undefined) return bestFound(run, baseline, true)

      for (const [place, { predictor, tried, texts }] of coordinates.entries()) {
        const { path } = predictor
        const given = round === 0 ? run.givenInstructions.flatMap(instructions => instructions[path] ?? []) : []
        for (const text of [...given, ...(proposed[place] ?? [])]) texts.add(text)
        const parent = bestOf(tried, 1)[0]?.candidate.index ?? 0

        // Beside other instructions of the other predictors a text is another program.
        const states = new Map(Array.from(texts, text => [text, withInstructions(present, path, text)]))
        const fresh: Candidate[] = []
        for (const state of states.values()) {
          if (scores.has(canonicalJson(state))) continue
          fresh.push(
            yield* run.propose(`${path}, depth ${round + 1}, ${fresh.length + 1}`, state, {
              parents: [parent],
              change: { by: 'copro', paths: [path], parts: ['instructions'] },
            }),
          )
        }
        const scored = yield* scoreTogether(run, fresh)
        for (const candidate of scored) scores.set(canonicalJson(candidate.state), candidate)
        if (scored.length < fresh.length) return bestFound(run, baseline, true)

        for (const [text, state] of states) {
          const candidate = scores.get(canonicalJson(state))
          const before = tried.get(text)
          if (candidate && (before === undefined || candidate.score > before.score)) {
            tried.set(text, { instructions: text, score: candidate.score, candidate })
          }
        }
        present = withInstructions(present, path, bestOf(tried, 1)[0]?.instructions ?? instructionsOf(present, path))
      }
    }
    return bestFound(run, baseline, false)
  })
}

/** One predictor, and what was tried for it. */
interface Coordinate {
  readonly predictor: Predictor
  /** All that was ever proposed. */
  readonly texts: Set<string>
  /** Each text with the best program it was part of. */
  readonly tried: Map<string, Tried>
}

interface Tried extends Attempt {
  readonly candidate: ScoredCandidate
}

const coordinateOf = (predictor: Predictor, baseline: ScoredCandidate): Coordinate => {
  const instructions = instructionsOf(baseline.state, predictor.path)
  return {
    predictor,
    texts: new Set([instructions]),
    tried: new Map([[instructions, { instructions, score: baseline.score, candidate: baseline }]]),
  }
}

/** The best attempts, the best first, the earlier first where they tie. */
const bestOf = (tried: ReadonlyMap<string, Tried>, count: number): readonly Tried[] =>
  [...tried.values()].sort((a, b) => b.score - a.score).slice(0, count)

const checkTemperature = (temperature: number): void => {
  if (temperature >= 0 && temperature <= 2) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected temperature to be a number from 0 to 2, got ${temperature}. Write temperature: 1.4.`,
    { option: 'temperature' },
  )
}
