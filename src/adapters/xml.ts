import type { FieldIssue } from '../errors/prediction-error.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Completion } from '../ports/language-model.ts'
import type { Message } from '../ports/message.ts'
import type { Signature } from '../signature/signature.ts'
import { collectFields } from './collect-fields.ts'
import { issueForModel } from './issue-for-model.ts'
import { nativeParse } from './native-parse.ts'
import { wording } from './wording.ts'
import { formatXml, xmlReminder } from './xml-format.ts'
import { type XmlSections, xmlSections } from './xml-sections.ts'
import { xmlContent } from './xml-shape.ts'
import { readXml } from './xml-value.ts'

/**
 * Every field between tags of its name, `<answer>…</answer>`; lists, records and objects as nested elements, as DSPy's
 * XMLAdapter has them. For models that were taught to answer in tags. The wording is ours.
 *
 * Reads leniently: an unescaped `a & b` or `a < b`, CDATA, attributes (passed over), words and fences around the fields, a
 * last field that nobody closed, JSON between the tags. There are no declarations, so no entity expands and nothing is
 * fetched. See `test/conformance` for where that is more than DSPy reads.
 *
 * @example
 * await program.run({ question }, { model, adapter: xml })
 */
export const xml: Adapter = {
  name: 'xml',
  format: formatXml,
  parse: /* @__PURE__ */ nativeParse((signature, completion) => parseXml(signature, completion)),
  parser: signature => sectionsOf(signature),
  reask: (signature, answer, issues) => reaskXml(signature, answer, issues),
}

const sectionsOf = (signature: Signature): XmlSections =>
  xmlSections(new Map(signature.outputs.map(({ name, type }) => [name, xmlContent(type)])))

const parseXml = (signature: Signature, { text }: Completion): Record<string, unknown> => {
  const answer = sectionsOf(signature)
  answer.push(text)
  answer.end()
  return collectFields(
    signature,
    text,
    ({ name, type }) => {
      const sections = answer.read(name)
      return sections.length === 0 ? undefined : readXml(type, sections)
    },
    ({ name }) => `its tag <${name}> is missing`,
  )
}

const reaskXml = (signature: Signature, answer: string, issues: readonly FieldIssue[]): Message[] => [
  { role: 'assistant', content: answer },
  { role: 'user', content: wording.reask(issues.map(issueForModel), xmlReminder(signature)) },
]
