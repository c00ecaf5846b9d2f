import type { Adapter, Extraction } from '../ports/adapter.ts'
import type { Completion, LanguageModel, ModelCapabilities } from '../ports/language-model.ts'
import { signature } from '../signature/create.ts'
import type { Signature } from '../signature/signature.ts'
import { chat } from './chat.ts'
import { collectFields } from './collect-fields.ts'
import { callsField } from './native-fields.ts'
import { nativeParse } from './native-parse.ts'
import { formatFree } from './two-step-format.ts'
import { wording } from './wording.ts'

export interface TwoStepOptions {
  /** Reads the fields from the free answer: a small, cheap model will do. */
  readonly extractor: LanguageModel
  /** How the extractor is asked and answers; `chat` when absent. */
  readonly adapter?: Adapter
}

/**
 * The model answers in its own words, and a second model reads the fields from that: for models that think worse when
 * they are told a format (DSPy's TwoStepAdapter).
 *
 * Every prediction is two calls, both counted against `maxAttempts`, both in the trace and in the usage; with `n` above 1
 * one more for each answer. What the second model answers unreadably is asked for once more there. Demos and sampling of
 * the context go to the first model only. Calls and reasoning that come beside its text are taken as they are, and an
 * answer that calls tools is not read again. A stream tells the fields as the second model writes them.
 *
 * @example
 * const adapter = twoStep({ extractor: openaiCompatible({ model: 'gpt-5-nano' }) })
 * await program.run({ question }, { model: thinker, adapter })
 */
export const twoStep = ({ extractor, adapter = chat }: TwoStepOptions): Adapter => ({
  name: 'two-step',
  format: formatFree,
  parse: (task, completion, capabilities) => adapter.parse(task, completion, capabilities),
  parser: task => adapter.parser(task),
  reask: (task, answer, issues) => adapter.reask(task, answer, issues),
  extraction: { model: extractor, adapter, question: questionOf },
})

const questionOf: Extraction['question'] = (task, answer, capabilities) => {
  const given = besideText(task, answer, capabilities)
  const outputs = task.outputs.filter(({ name }) => !Object.hasOwn(given, name))
  const name = inputName(task)
  const asked = signature(`${name} -> found` as string, { instructions: wording.extract(task.instructions) })
  return { given, signature: { ...asked, outputs }, input: { [name]: answer.text } }
}

/** The fields that came beside the text; where calls came, the text outputs of which an answer then has no need, too. */
const besideText = (task: Signature, answer: Completion, capabilities?: ModelCapabilities): Record<string, unknown> => {
  const isCall = (answer.toolCalls ?? []).length > 0 && callsField(task) !== undefined
  const read = nativeParse((rest, { text }) =>
    isCall
      ? collectFields(
          rest,
          text,
          () => undefined,
          () => 'it is missing beside the calls',
        )
      : {},
  )
  const fields = read(task, answer, capabilities)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** A name that no output has. */
const inputName = ({ outputs }: Signature): string => {
  const taken = new Set(outputs.map(field => field.name))
  let name = 'text'
  while (taken.has(name)) name = `answer_${name}`
  return name
}
