import type { Module } from '../ports/module.ts'
import type { AskOptions, PromptModel, Proposal } from './prompt-model.ts'
import type { SearchEvent } from './search-event.ts'
import type { usableInstructions } from './usable-instructions.ts'

/** The texts that are wanted. */
export interface TextsWanted<Input, Field extends string> {
  readonly proposer: Module<Input, Readonly<Record<Field, string>>>
  readonly proposals: readonly Proposal<Input>[]
  /** The field of an answer that has the text. */
  readonly field: Field
  /** What can be used of a text, or why nothing. */
  readonly usable: (given: string, index: number) => ReturnType<typeof usableInstructions>
}

/**
 * Asks the prompt model for a text for each proposal. They come in the order of the proposals, undefined for one that gave
 * nothing usable, told by `proposal-failed`; undefined in place of all where the budget ended within them.
 */
export async function* askForTexts<Input, Field extends string>(
  promptModel: PromptModel,
  { proposer, proposals, field, usable }: TextsWanted<Input, Field>,
  options: AskOptions,
): AsyncGenerator<SearchEvent, readonly (string | undefined)[] | undefined, undefined> {
  const answers = yield* promptModel.ask(proposer, proposals, options)
  if (answers === undefined) return undefined
  const texts: (string | undefined)[] = []
  for (const [index, { about }] of proposals.entries()) {
    const given = answers[index]?.[field]
    const { text, problem } = given === undefined ? {} : usable(given, index)
    if (text !== undefined) yield { type: 'text-proposed', about, text }
    if (problem !== undefined) yield { type: 'proposal-failed', about, error: problem }
    texts.push(text)
  }
  return texts
}
