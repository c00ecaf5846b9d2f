import type { SeededRandom } from '../data/seeded-random.ts'
import { predict } from '../modules/predict.ts'
import type { Demo, Module, Predictor } from '../ports/module.ts'
import { parseSignature } from '../signature/create.ts'
import type { Signature } from '../signature/signature.ts'
import { describeProgram, describeStep } from './describe-program.ts'
import type { AskOptions } from './prompt-model.ts'
import { exampleText, numberedBlocks, quotedLines } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { usableInstructions } from './usable-instructions.ts'
import { roleWording, groundedWording as wording } from './wording-grounded.ts'

export interface GroundedProposal extends AskOptions {
  /** Instructions to write for each predictor, at most. */
  readonly count: number
  /** What is known about the data; nothing is said of it when absent. */
  readonly data?: string | undefined
  /** Predictor path to sets of demos, of which bootstrapped ones are shown; none are shown when absent. */
  readonly demos?: ReadonlyMap<string, readonly (readonly Demo[])[]> | undefined
  /** Whether to describe the program. */
  readonly programAware: boolean
  /** Draws a tip for each text; none is given when absent. */
  readonly tips?: SeededRandom | undefined
}

/** Good runs shown for each text. */
const examplesShown = 3 // dspy 3.4.1: BOOTSTRAPPED_FEWSHOT_EXAMPLES_IN_CONTEXT

/**
 * Writes instructions for each predictor from what is known about data, program and good runs, all at once.
 *
 * As the GroundedProposer of DSPy 3.4.1, but for our sentences, and that
 * - the program is told by its module tree, where DSPy shows its Python source, and program and step are described in one
 *   call for each text and not in two;
 * - texts of one predictor are shown good runs of different sets as far as there are some;
 * - what is empty, or what the predictor is told already, is no proposal.
 *
 * Undefined when the budget ended within the questions.
 */
export async function* proposeGrounded<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { count, data, demos, programAware, tips, ...options }: GroundedProposal,
): AsyncGenerator<SearchEvent, ReadonlyMap<string, readonly string[]> | undefined, undefined> {
  const { predictors } = run.program
  const program = programAware ? describeProgram(run.program) : undefined
  const grounds: readonly Grounds[] = predictors.flatMap(predictor =>
    Array.from({ length: count }, (_, index) => ({
      predictor,
      known: {
        ...(program !== undefined && { program }),
        step: describeStep(predictor),
        ...(demos !== undefined && { examples: examplesOf(predictor, demos.get(predictor.path) ?? [], index) }),
      },
    })),
  )
  const described = programAware ? yield* describe(run, grounds, options) : grounds.map(() => ({}))
  if (described === undefined) return undefined
  const answers = yield* run.promptModel.ask(
    writer({ data, program, task: program, role: program, examples: demos, advice: tips }),
    grounds.map(({ predictor, known }, place) => ({
      about: `instructions of ${predictor.path}`,
      input: {
        ...(data !== undefined && { data: quotedLines(data) }),
        ...known,
        ...described[place],
        present_instructions: quotedLines(predictor.signature.instructions),
        ...(tips !== undefined && { advice: tips.choice(wording.tips) }),
      },
    })),
    options,
  )
  if (answers === undefined) return undefined
  const written = new Map(predictors.map(({ path }) => [path, new Set<string>()]))
  for (const [place, { predictor }] of grounds.entries()) {
    const answer = answers[place]
    if (answer === undefined) continue
    const about = `instructions of ${predictor.path}`
    const { text, problem } = usableInstructions(answer.instructions, predictor.signature.instructions)
    if (text === undefined) {
      yield { type: 'proposal-failed', about, error: problem }
    } else if (!written.get(predictor.path)?.has(text)) {
      written.get(predictor.path)?.add(text)
      yield { type: 'text-proposed', about, text }
    }
  }
  return new Map(Array.from(written, ([path, texts]) => [path, [...texts]]))
}

/** What one text is to be grounded in. */
interface Grounds {
  readonly predictor: Predictor
  readonly known: Question
}

/** What the prompt model makes of the task and of the part a step has in it, seen with the examples of each text. */
async function* describe<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  grounds: readonly Grounds[],
  options: AskOptions,
): AsyncGenerator<SearchEvent, readonly Question[] | undefined, undefined> {
  const isShown = grounds.some(({ known }) => known.examples !== undefined)
  const { examples, ...descriptions } = roleWording.descriptions
  const describer = parseSignature(`program, step${isShown ? ', examples' : ''} -> task, role`, {
    instructions: roleWording.instructions,
    descriptions: isShown ? { ...descriptions, examples } : descriptions,
  })
  const answers = yield* run.promptModel.ask(
    predict(describer as Signature<Question, { readonly task: string; readonly role: string }>),
    grounds.map(({ predictor, known }) => ({ input: known, about: `the part of ${predictor.path}` })),
    options,
  )
  return answers?.map(answer => ({
    task: quotedLines(answer?.task || roleWording.unknown),
    role: quotedLines(answer?.role || roleWording.unknown),
  }))
}

type Question = Readonly<Record<string, string>>

interface Written {
  readonly instructions: string
}

/** What writes: with the inputs that there is something to say in. */
const writer = (given: Readonly<Record<string, unknown>>): Module<Question, Written> => {
  const isAsked = (field: string): boolean => !Object.hasOwn(given, field) || given[field] !== undefined
  const fields = ['data', 'program', 'task', 'step', 'role', 'examples', 'present_instructions', 'advice'].filter(
    isAsked,
  )
  const descriptions = Object.fromEntries(Object.entries(wording.descriptions).filter(([field]) => isAsked(field)))
  const { instructions } = wording
  const written = parseSignature(`${fields.join(', ')} -> instructions`, { instructions, descriptions })
  return predict(written as Signature<Question, Written>)
}

/** Bootstrapped demos of one set and, where it has few, of those after it; each text begins at another set. */
const examplesOf = (
  { signature: { inputs, outputs } }: Predictor,
  sets: readonly (readonly Demo[])[],
  index: number,
): string => {
  const good = sets.map(demos => demos.filter(demo => demo.augmented === true)).filter(demos => demos.length > 0)
  if (good.length === 0) return wording.noExamples
  const start = index % good.length
  const names = [...inputs, ...outputs].map(({ name }) => name)
  const texts = new Set([...good.slice(start), ...good.slice(0, start)].flat().map(demo => exampleText(demo, names)))
  return numberedBlocks(wording.example, [...texts].slice(0, examplesShown))
}
