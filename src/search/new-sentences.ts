/** The sentences of a text that another does not have, in their order. */
export const newSentences = (before: string, after: string): string => {
  const known = new Set(sentencesOf(before).map(normalized))
  return sentencesOf(after)
    .filter(sentence => !known.has(normalized(sentence)))
    .join('\n')
}

/** Lines, and sentences within them; a list's marks are left out. */
const sentencesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap(line => line.split(/(?<=[.!?])\s+/))
    .map(sentence => sentence.trim().replace(/^(?:[-*•]|\d{1,3}[.)])\s+/, ''))
    .filter(sentence => sentence.length > 0)

const normalized = (sentence: string): string =>
  sentence
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
