/** A piece of two texts: in both, only in the first, or only in the second. */
export interface Piece {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Comparisons of words beyond which no longest common part is looked for. */
const mostComparisons = 4_000_000

/**
 * How one text became another, word by word: by the longest common subsequence of words and blanks, what was removed
 * before what was added. A few words that happen to be in both, between longer changes, count as changed. Of texts too long for that, what is between their common beginning and end is removed and added.
 */
export const wordDiff = (before: string, after: string): readonly Piece[] => {
  const [a, b] = [wordsIn(before), wordsIn(after)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  const pieces = joined([
    ...asPieces('same', a.slice(0, start)),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...asPieces('same', a.slice(a.length - end)),
  ])
  return withoutAccidents(pieces)
}

/** Words and what is between them: together the text. */
const wordsIn = (text: string): readonly string[] => text.match(/\s+|[^\s]+/g) ?? []

const asPieces = (kind: Piece['kind'], words: readonly string[]): readonly Piece[] =>
  words.map(text => ({ kind, text }))

const between = (a: readonly string[], b: readonly string[]): readonly Piece[] => {
  if (a.length * b.length > mostComparisons) return [...asPieces('removed', a), ...asPieces('added', b)]
  const width = b.length + 1
  const longest = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        a[i] === b[j]
          ? 1 + (longest[(i + 1) * width + j + 1] ?? 0)
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0)
    }
  }
  const pieces: Piece[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && left === right) {
      pieces.push({ kind: 'same', text: left })
      i += 1
      j += 1
    } else if (
      left !== undefined &&
      (right === undefined || (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      pieces.push({ kind: 'removed', text: left })
      i += 1
    } else if (right !== undefined) {
      pieces.push({ kind: 'added', text: right })
      j += 1
    }
  }
  return pieces
}

/** Neighbors of one kind as one piece; between two places in both, what was removed comes first. */
const joined = (pieces: readonly Piece[]): readonly Piece[] => {
  const result: Piece[] = []
  let removed = ''
  let added = ''
  const flush = (): void => {
    if (removed !== '') result.push({ kind: 'removed', text: removed })
    if (added !== '') result.push({ kind: 'added', text: added })
    removed = ''
    added = ''
  }
  for (const { kind, text } of pieces) {
    if (kind === 'removed') removed += text
    else if (kind === 'added') added += text
    else {
      flush()
      const last = result.at(-1)
      if (last?.kind === 'same') result[result.length - 1] = { kind, text: last.text + text }
      else result.push({ kind, text })
    }
  }
  flush()
  return result
}

/** Takes what is the same only between changes that are both longer than it as changed, until there is no such piece. */
const withoutAccidents = (pieces: readonly Piece[]): readonly Piece[] => {
  const lengthOf = (from: number, step: 1 | -1): number => {
    let length = 0
    for (let at = from; pieces[at] !== undefined && pieces[at]?.kind !== 'same'; at += step)
      length = Math.max(length, pieces[at]?.text.length ?? 0)
    return length
  }
  const accidents = pieces.map(
    ({ kind, text }, at) =>
      kind === 'same' && text.length <= lengthOf(at - 1, -1) && text.length <= lengthOf(at + 1, 1),
  )
  if (!accidents.includes(true)) return pieces
  return withoutAccidents(
    joined(
      pieces.flatMap(({ kind, text }, at): readonly Piece[] =>
        accidents[at]
          ? [
              { kind: 'removed', text },
              { kind: 'added', text },
            ]
          : [{ kind, text }],
      ),
    ),
  )
}
