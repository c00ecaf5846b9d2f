/** Shorter agreements are words of the language, not pieces of the prompt. */
const shortest = 16

/**
 * A provider's text without what it repeats of the request: errors are logged, and prompts do not belong into logs.
 *
 * `request` is searched up to 200,000 characters.
 */
export const withoutEcho = (text: string, request: string): string => {
  const asked = request.slice(0, 200_000)
  let result = ''
  let start = 0
  while (start < text.length) {
    let end = start + shortest
    if (end > text.length || !asked.includes(text.slice(start, end))) {
      result += text[start]
      start += 1
      continue
    }
    while (end < text.length && asked.includes(text.slice(start, end + 1))) end += 1
    result += '[…]'
    start = end
  }
  return result
}
