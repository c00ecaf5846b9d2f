import type { FieldIssue } from '../errors/prediction-error.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Completion } from '../ports/language-model.ts'
import type { Message } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { coerce } from './coerce.ts'
import { type Coerced, expected, isProblem } from './coerced.ts'
import { collectFields } from './collect-fields.ts'
import { issueForModel } from './issue-for-model.ts'
import { jsonFields } from './json-fields.ts'
import { formatJson, jsonReminder } from './json-format.ts'
import { nativeParse } from './native-parse.ts'
import { readText } from './read-text.ts'
import { wording } from './wording.ts'

/**
 * The answer as one JSON object. A model that obeys response schemas gets the schema of the outputs; for the others the
 * prompt shows the shape, and what comes back is repaired (library jsonrepair) and read by type.
 *
 * @example
 * await program.run({ text }, { model, adapter: json })
 */
export const json: Adapter = {
  name: 'json',
  format: formatJson,
  parse: /* @__PURE__ */ nativeParse((signature, completion) => parseAnswer(signature, completion)),
  parser: signature => jsonFields(signature.outputs),
  reask: (signature, answer, issues) => reaskJson(signature, answer, issues),
}

const parseAnswer = (signature: Signature, { text }: Completion): Record<string, unknown> => {
  const answer = jsonFields(signature.outputs)
  answer.push(text)
  answer.end()
  const read = (field: Field): Coerced | undefined => {
    const found = answer.read(field.name)
    if (found === undefined) return undefined
    const read = readJson(field, found.value)
    // The schema of the outputs says null for what is left out.
    return found.value === null && field.optional && isProblem(read) ? undefined : read
  }
  return collectFields(signature, text, read, ({ name }) =>
    answer.hasObject ? `the key "${name}" is missing` : 'the answer has no JSON object',
  )
}

/** Text is read as a chat answer's would be; a text field takes the JSON of anything but null. */
const readJson = ({ type }: Field, value: unknown): Coerced => {
  if (type.kind === 'string' && typeof value !== 'string') {
    return value === null ? expected(type) : { value: JSON.stringify(value) }
  }
  return typeof value === 'string' ? readText(type, value) : coerce(type, value)
}

const reaskJson = (signature: Signature, answer: string, issues: readonly FieldIssue[]): Message[] => [
  { role: 'assistant', content: answer },
  { role: 'user', content: wording.reask(issues.map(issueForModel), jsonReminder(signature)) },
]
