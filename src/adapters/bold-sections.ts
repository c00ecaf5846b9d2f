import type { FieldDelta } from '../ports/adapter.ts'

/**
 * The fields of an answer whose headers are bold instead of markers (`**Team:** billing`), as models write that were
 * trained on Markdown. For an answer without any marker only; nothing when a header comes twice, for then there is doubt.
 */
export const boldSections = (text: string, wanted: ReadonlySet<string>): readonly FieldDelta[] => {
  const names = new Map([...wanted].map(name => [plain(name), name]))
  const values = new Map<string, string[]>()
  let value: string[] | undefined
  for (const line of text.split('\n')) {
    const header = boldHeader(line)
    const field = header && names.get(header.name)
    if (header === undefined || field === undefined) value?.push(line)
    else if (values.has(field)) return []
    else {
      value = [header.rest]
      values.set(field, value)
    }
  }
  return [...values].map(([field, lines]) => ({ field, delta: lines.join('\n').trim() }))
}

/** What a line opens, if it begins with a short bold text: `**name**`, `**name:**` or `**name**:`. */
const boldHeader = (line: string): { readonly name: string; readonly rest: string } | undefined => {
  const start = line.trimStart()
  const end = start.startsWith('**') ? start.slice(0, longest).indexOf('**', 2) : -1
  if (end < 0) return undefined
  const rest = start.slice(end + 2)
  return { name: plain(start.slice(2, end).replace(/:$/, '')), rest: rest.startsWith(':') ? rest.slice(1) : rest }
}

const longest = 200

/** A name as people write it: `final_answer`, `finalAnswer` and `Final Answer` are one. */
const plain = (name: string): string => name.replaceAll(/[\s_]/g, '').toLowerCase()
