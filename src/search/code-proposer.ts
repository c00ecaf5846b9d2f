import { isPython } from '../modules/flex-source.ts'
import { predict } from '../modules/predict.ts'
import type { Module } from '../ports/module.ts'
import { signature } from '../signature/create.ts'
import { askForTexts } from './ask-for-texts.ts'
import type { AskOptions } from './prompt-model.ts'
import { programText, type ReflectionAsk, worstFirst } from './reflective-proposer.ts'
import { numberedBlocks, observationText } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { usableInstructions } from './usable-instructions.ts'
import { codeReflectionWording, reflectionWording } from './wording-reflection.ts'

/** What a writer of code is given, all of it text. */
export interface CodeReflectionInput {
  readonly program: string
  /** The name of the module whose code is wanted. */
  readonly module: string
  readonly current_code: string
  readonly examples: string
}

/** Writes the code of a flex. */
export type CodeProposer = Module<CodeReflectionInput, { readonly code: string }>

export interface ReflectOnCodeOptions extends AskOptions {
  readonly wishes?: string
  /** Who writes the code, in the place of ours. */
  readonly proposer?: CodeProposer
}

/**
 * Asks the prompt model for other code of modules whose code is learned (`flex`), from what the whole program did; the
 * rest is as `reflect` says. What it gives is text: it runs nowhere but in the sandbox of the module.
 *
 * @see `gepa_flex_utils.py` of DSPy 3.4.1, whose code is Python
 */
export async function* reflectOnCode<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  asks: readonly ReflectionAsk[],
  { wishes = '', proposer = writer(wishes), ...options }: ReflectOnCodeOptions = {},
): AsyncGenerator<SearchEvent, readonly (string | undefined)[] | undefined, undefined> {
  if (asks.length === 0 || !run.promptModel.isThere) return asks.map(() => undefined)
  const proposals = asks.map(({ candidate, path, observations }) => ({
    about: `code of ${path}`,
    input: {
      program: programText(run),
      module: path,
      current_code: String(candidate.state[path]?.module_src ?? ''),
      examples: numberedBlocks(
        reflectionWording.example,
        worstFirst(observations).map(observation => observationText(run, observation)),
      ),
    },
  }))
  const usable = (given: string, index: number) => usableCode(given, proposals[index]?.input.current_code ?? '')
  return yield* askForTexts(run.promptModel, { proposer, proposals, field: 'code', usable }, options)
}

const usableCode = (given: string, current: string): ReturnType<typeof usableInstructions> => {
  const { text, problem } = usableInstructions(given, current)
  if (text === undefined) return { problem }
  if (isPython(text)) return { problem: 'Expected JavaScript, got Python.' }
  return text.includes('forward') ? { text } : { problem: 'Expected code that declares forward(inputs).' }
}

const writer = (wishes: string): CodeProposer =>
  predict(
    signature(
      {
        inputs: { program: 'string', module: 'string', current_code: 'string', examples: 'string' },
        outputs: { findings: 'string', code: { constraints: { minLength: 1 } } },
      },
      { instructions: codeReflectionWording.instructions(wishes), descriptions: codeReflectionWording.descriptions },
    ),
  )
