/** An answer parted into the thought in front of it, if there is one, and the rest. */
export const splitThought = (text: string): { readonly text: string; readonly reasoning?: string } => {
  const start = text.trimStart()
  if (!start.startsWith('<think>')) return { text }
  const end = start.indexOf('</think>')
  if (end < 0) return { text: '', reasoning: start.slice('<think>'.length).trim() }
  const reasoning = start.slice('<think>'.length, end).trim()
  const rest = start.slice(end + '</think>'.length).trimStart()
  return reasoning === '' ? { text: rest } : { text: rest, reasoning }
}
