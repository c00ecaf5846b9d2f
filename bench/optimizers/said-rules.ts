import { digest } from './hashing.ts'

/** Something about which a text can state a rule: a word of its cue and a word of its answer in one sentence. */
export interface RuleSubject {
  readonly index: number
  /** Answers of one hop are told apart from each other only. */
  readonly hop: number
  readonly cue: { readonly stems: readonly string[] }
  /** Beginnings of the words of the right answer; the first one names it. */
  readonly stems: readonly string[]
}

/** Which rules a text states, in whatever words. */
export interface SaidRules {
  /** Indices of the subjects whose rule is stated. */
  readonly right: ReadonlySet<number>
  /** Subjects about which something wrong is stated: the sentence, and the answer it names. */
  readonly wrong: ReadonlyMap<number, { readonly sentence: string; readonly answer: string }>
  /** Indices of the pieces of advice that are given. */
  readonly advice: ReadonlySet<number>
  readonly words: number
  readonly digest: number
}

/** Advice is known by one word of each group in one sentence. */
export interface Advice {
  readonly sentence: string
  readonly stems: readonly (readonly string[])[]
}

/**
 * Reads the rules of a world in texts. A sentence states a rule when it has a word of the rule's cue and, nearer to it
 * than any other answer, a word of its answer. Sentences that hold an item are examples, not rules.
 */
export const ruleReader = (
  subjects: readonly RuleSubject[],
  advice: readonly Advice[],
  holdsItem: (sentence: string) => boolean,
): ((text: string) => SaidRules) => {
  const cueOf = subjects.map(({ cue }) => stemPattern(cue.stems))
  const answers = subjects.map(({ hop, stems }) => ({ hop, name: stems[0] ?? '', pattern: stemPattern(stems) }))
  const anyCue = stemPattern(subjects.flatMap(({ cue }) => cue.stems))
  const advised = advice.map(({ stems }) => stems.map(stemPattern))
  const known = new Map<string, SaidRules>()

  const nearestAnswer = (sentence: string, from: number, hop: number): string | undefined => {
    let nearest: string | undefined
    let distance = Number.POSITIVE_INFINITY
    for (const answer of answers) {
      if (answer.hop !== hop) continue
      const place = answer.pattern.exec(sentence)?.index
      if (place === undefined || Math.abs(place - from) >= distance) continue
      nearest = answer.name
      distance = Math.abs(place - from)
    }
    return nearest
  }

  const read = (text: string): SaidRules => {
    const right = new Set<number>()
    const wrong = new Map<number, { readonly sentence: string; readonly answer: string }>()
    const given = new Set<number>()
    for (const sentence of text.split(/[.!?;\n]+/)) {
      for (const [index, all] of advised.entries()) if (all.every(part => part.test(sentence))) given.add(index)
      if (!anyCue.test(sentence) || holdsItem(sentence)) continue
      for (const { index, hop, stems } of subjects) {
        const cue = cueOf[index]?.exec(sentence)
        if (!cue) continue
        const answer = nearestAnswer(sentence, cue.index, hop)
        if (answer === stems[0]) right.add(index)
        else if (answer !== undefined) wrong.set(index, { sentence: sentence.trim(), answer })
      }
    }
    return { right, wrong, advice: given, words: text.split(/\s+/).length, digest: digest(text) }
  }

  return text => {
    const before = known.get(text)
    if (before) return before
    if (known.size > 5000) known.clear()
    const said = read(text)
    known.set(text, said)
    return said
  }
}

const stemPattern = (stems: readonly string[]): RegExp => new RegExp(`\\b(?:${stems.join('|')})`, 'i')
