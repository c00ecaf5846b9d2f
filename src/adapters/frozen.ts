import type { Adapter } from '../ports/adapter.ts'
import { chat } from './chat.ts'
import { formatFrozen } from './frozen-format.ts'
import { readFrozen } from './frozen-read.ts'
import type { FrozenParser, FrozenPrompt } from './frozen-template.ts'
import { json } from './json.ts'
import { xml } from './xml.ts'

/**
 * The format of programs imported from Python DSPy: every predictor asks with the prompts that were frozen in its state,
 * byte for byte what DSPy's own adapter sends, and its answers are read as that format's are. A predictor without
 * frozen prompts asks in `chat`. An answer that could not be read is asked for again in our words.
 *
 * @throws ProgramFileError `program-file/shape` for frozen prompts of another shape, `program-file/mismatch` for those
 * of other fields than the predictor has
 * @see docs/guide/import-from-dspy.md
 * @example
 * const rag = await loadProgram(text, ragProgram)
 * await rag.run({ question }, { model, adapter: frozen })
 */
export const frozen: Adapter = {
  name: 'frozen',
  format: call => chat.format(call),
  parse: (signature, completion) => chat.parse(signature, completion),
  parser: signature => chat.parser(signature),
  reask: (signature, answer, issues) => chat.reask(signature, answer, issues),
  forState: state => adapterOf(state) ?? chat,
}

/** The frozen prompt of a predictor's state; undefined where it has none. */
export const frozenPromptOf = (state: { readonly [key: string]: unknown }): FrozenPrompt | undefined => {
  const { kkachi } = state
  if (typeof kkachi !== 'object' || kkachi === null || !('frozen' in kkachi)) return undefined
  const { frozen: source } = kkachi
  if (typeof source !== 'object' || source === null) return readFrozen(source)
  const known = read.get(source)
  if (known !== undefined) return known
  const prompt = readFrozen(source)
  read.set(source, prompt)
  return prompt
}

// A state is data that nobody changes: what was read of it once holds for every call.
const read = new WeakMap<object, FrozenPrompt>()

const adapterOf = (state: { readonly [key: string]: unknown }): Adapter | undefined => {
  const prompt = frozenPromptOf(state)
  if (prompt === undefined) return undefined
  return { ...parserNamed(prompt.parser), name: frozen.name, format: call => formatFrozen(prompt, call) }
}

const parserNamed = (name: FrozenParser): Adapter => (name === 'json' ? json : name === 'xml' ? xml : chat)
