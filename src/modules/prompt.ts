import { chat } from '../adapters/chat.ts'
import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
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

/**
 * The format a predictor asks in: the one given, or what that has for a predictor of this state; `chat` without any.
 *
 * @throws ConfigurationError `configuration/missing` for prompts that were frozen, which nobody is there to send
 */
export const adapterOf = (state: PredictorState, given?: Adapter): Adapter => {
  if (given === undefined && hasFrozenPrompt(state)) {
    throw new ConfigurationError(
      'configuration/missing',
      'The prompts of this program were frozen when it was imported. Load its file with importedProgram(), or give the context an adapter.',
      { option: 'adapter' },
    )
  }
  return given?.forState?.(state) ?? given ?? chat
}

const hasFrozenPrompt = ({ kkachi }: PredictorState): boolean =>
  typeof kkachi === 'object' && kkachi !== null && 'frozen' in kkachi
