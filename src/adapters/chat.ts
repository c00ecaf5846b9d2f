import type { FieldIssue } from '../errors/prediction-error.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Completion } from '../ports/language-model.ts'
import type { Message } from '../ports/message.ts'
import type { Signature } from '../signature/signature.ts'
import { chatReminder, formatChat } from './chat-format.ts'
import { chatSections } from './chat-sections.ts'
import { collectFields } from './collect-fields.ts'
import { fieldMarker } from './input-content.ts'
import { issueForModel } from './issue-for-model.ts'
import { nativeParse } from './native-parse.ts'
import { readText } from './read-text.ts'
import { wording } from './wording.ts'

/**
 * The default prompt format: every field under a marker, `[[ ## answer ## ]]`, as DSPy's ChatAdapter has it. The wording
 * is ours. Reads leniently what a reader would read without doubt; see `test/conformance` for where that is more than
 * DSPy reads.
 *
 * @example
 * await program.run({ question }, { model, adapter: chat }) // the same as leaving it out
 */
export const chat: Adapter = {
  name: 'chat',
  format: formatChat,
  parse: /* @__PURE__ */ nativeParse((signature, completion) => parseChat(signature, completion)),
  parser: signature => chatSections(outputNames(signature)),
  reask: (signature, answer, issues) => reaskChat(signature, answer, issues),
}

const parseChat = (signature: Signature, { text }: Completion): Record<string, unknown> => {
  const sections = chatSections(outputNames(signature))
  const texts = new Map<string, string>()
  for (const { field, delta } of [...sections.push(text), ...sections.end()]) {
    texts.set(field, (texts.get(field) ?? '') + delta)
  }
  return collectFields(
    signature,
    text,
    ({ name, type }) => (sections.has(name) ? readText(type, texts.get(name) ?? '') : undefined),
    ({ name }) => `its marker ${fieldMarker(name)} is missing`,
  )
}

const reaskChat = (signature: Signature, answer: string, issues: readonly FieldIssue[]): Message[] => [
  { role: 'assistant', content: answer },
  { role: 'user', content: wording.reask(issues.map(issueForModel), chatReminder(signature)) },
]

const outputNames = (signature: Signature): ReadonlySet<string> => new Set(signature.outputs.map(field => field.name))
