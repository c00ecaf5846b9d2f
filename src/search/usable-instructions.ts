/**
 * What a prompt model gave as instructions, ready for use: without the code fence it may stand in. `problem` says why it
 * is of no use: nothing in it, or nothing new.
 */
export const usableInstructions = (
  given: string,
  current: string,
):
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: string } => {
  const text = unfenced(given.trim())
  if (text === '') return { problem: 'Expected a text, got an empty one.' }
  if (text === current.trim()) return { problem: 'Expected something new, got what there is.' }
  return { text }
}

/** The text inside a code fence that holds all of it. */
export const unfenced = (text: string): string => {
  const lines = text.split('\n')
  const last = lines.length - 1
  if (last < 1 || !lines[0]?.startsWith('```') || lines[last]?.trim() !== '```') return text
  const inner = lines.slice(1, last)
  return inner.some(line => line.startsWith('```')) ? text : inner.join('\n').trim()
}
