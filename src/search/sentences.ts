/** One sentence of instructions. */
export interface Sentence {
  readonly text: string
  /** Equal for sentences that say the same in nearly the same words. */
  readonly id: number
}

/** Knows sentences again, also where a few words differ. */
export interface SentenceBook {
  /** Lines, and sentences within them; each once. */
  read(text: string): readonly Sentence[]
}

/** Opens an empty book. Two sentences are one where they share most of their words. */
export const sentenceBook = (): SentenceBook => {
  const known: { readonly words: ReadonlySet<string>; readonly id: number }[] = []
  const byWords = new Map<string, number>()
  const idOf = (text: string): number => {
    const list = wordsOf(text)
    const key = list.join(' ')
    const exact = byWords.get(key)
    if (exact !== undefined) return exact
    const words = new Set(list)
    const like = known.find(other => overlap(words, other.words) >= sameFrom)
    const id = like?.id ?? known.length
    if (like === undefined) known.push({ words, id })
    byWords.set(key, id)
    return id
  }
  return {
    read(text) {
      const found = new Map<number, Sentence>()
      for (const sentence of split(text)) {
        const id = idOf(sentence)
        if (!found.has(id)) found.set(id, { text: sentence, id })
      }
      return [...found.values()]
    },
  }
}

/** The share of words that two sentences have in common, from which they count as one. */
const sameFrom = 0.75

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  let common = 0
  for (const word of a) if (b.has(word)) common += 1
  return common / (a.size + b.size - common)
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text.trim()]

/** A list's marks are left out; a line without a full stop is a sentence. */
const split = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap(line => line.split(/(?<=[.!?])\s+/))
    .map(sentence => sentence.trim().replace(/^(?:[-*•]|\d{1,3}[.)])\s+/, ''))
    .filter(sentence => sentence.length > 0)
