import { none } from './token-tree.ts'

/** A token after which something is judged. */
export interface ScoredPlace {
  readonly token: number
  /** The place before it, or `none` after the prompt without its last token. */
  readonly parent: number
  /** What may come next: each of these sets of tokens is judged as one. */
  readonly choices: readonly (readonly number[])[]
}

/** The answers of one scoring as a tree: a beginning that two of them share stands there once. */
export interface AnswerTrie {
  /** Parents before children, children right after their parent where they can be; the first is the prompt's last token. */
  readonly places: readonly ScoredPlace[]
  at(place: number): ScoredPlace
  /** The sums for all answers, from the logarithms of each place's choices. */
  scores(judged: readonly (readonly number[] | undefined)[]): number[]
}

interface Growing extends ScoredPlace {
  readonly choices: (readonly number[])[]
  readonly children: Map<number, Growing>
  readonly choiceOf: Map<number, number>
  /** Which of the choices is the end. */
  end: number
}

export const answerTrie = (
  prompt: readonly number[],
  answers: readonly (readonly number[])[],
  endTokens: ReadonlySet<number>,
): AnswerTrie => {
  const grown = (token: number): Growing => ({
    token,
    parent: none,
    choices: [],
    children: new Map(),
    choiceOf: new Map(),
    end: none,
  })
  const top = grown(prompt.at(-1) ?? 0)

  const choose = (place: Growing, token: number): void => {
    if (!place.choiceOf.has(token)) place.choiceOf.set(token, place.choices.push([token]) - 1)
  }
  const chooseEnd = (place: Growing): void => {
    if (endTokens.size > 0 && place.end === none) place.end = place.choices.push([...endTokens]) - 1
  }

  for (const answer of answers) {
    let place = top
    for (const [index, token] of answer.entries()) {
      choose(place, token)
      // The last token is only read where its end is judged.
      if (index === answer.length - 1 && endTokens.size === 0) break
      const child = place.children.get(token) ?? grown(token)
      place.children.set(token, child)
      place = child
    }
    chooseEnd(place)
  }

  const order: Growing[] = []
  const places: ScoredPlace[] = []
  const numberOf = new Map<Growing, number>()
  const open: (readonly [Growing, number])[] = [[top, none]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [place, parent] = next
    const number = order.push(place) - 1
    numberOf.set(place, number)
    places.push({ token: place.token, parent, choices: place.choices })
    for (const child of [...place.children.values()].reverse()) open.push([child, number])
  }

  return {
    places,
    at: place => places[place] as ScoredPlace,
    scores(judged) {
      const told = (place: Growing, choice: number): number =>
        choice === none ? 0 : ((judged[numberOf.get(place) as number]?.[choice] ?? 0) as number)
      return answers.map(answer => {
        let place: Growing | undefined = top
        let sum = 0
        for (const token of answer) {
          if (place === undefined) break
          sum += told(place, place.choiceOf.get(token) as number)
          place = place.children.get(token)
        }
        if (endTokens.size > 0 && place !== undefined) sum += told(place, place.end)
        return Math.max(-Number.MAX_VALUE, Math.min(0, sum))
      })
    },
  }
}
