import { chat } from '../adapters/chat.ts'
import type { Example } from '../data/example.ts'
import type { Adapter, AdapterPrompt, PromptOptions } from '../ports/adapter.ts'
import type { PredictorState } from '../ports/module.ts'
import { checkInput } from '../signature/check-input.ts'
import type { Signature } from '../signature/signature.ts'

/** What of a predictor decides its prompts. */
interface Prompting {
  readonly signature: Signature
  readonly state: PredictorState
}

/** What a predictor sends for an input. */
export const promptOf = (
  { signature, state }: Prompting,
  input: Example,
  { adapter, capabilities }: PromptOptions,
): AdapterPrompt => {
  checkInput(signature, input)
  const call = { signature, demos: state.demos, input }
  return adapterOf(state, adapter).format(capabilities === undefined ? call : { ...call, capabilities })
}

/** The format a predictor asks in: the one given, or what that has for a predictor of this state. */
export const adapterOf = (state: PredictorState, given: Adapter = chat): Adapter => given.forState?.(state) ?? given
