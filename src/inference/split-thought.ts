const opening = '<think>'

/** Whether so short a beginning may still turn out to be a thought. */
export const mayBecomeThought = (text: string): boolean => {
  const start = text.trimStart()
  return start.length < opening.length && opening.startsWith(start)
}

/** An answer parted into the thought in front of it, if there is one, and the rest. */
export const splitThought = (text: string): { readonly text: string; readonly reasoning?: string } => {
  const start = text.trimStart()
  if (!start.startsWith(opening)) return { text }
  const end = start.indexOf('</think>')
  if (end < 0) return { text: '', reasoning: start.slice(opening.length).trim() }
  const reasoning = start.slice(opening.length, end).trim()
  const rest = start.slice(end + '</think>'.length).trimStart()
  return reasoning === '' ? { text: rest } : { text: rest, reasoning }
}
