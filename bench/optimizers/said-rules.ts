import { digest } from './hashing.ts'
import type { Kind } from './world-items.ts'
import { generalRules, harmfulRules } from './world-vocabulary.ts'

/** Which rules a text states, in whatever words. */
export interface SaidRules {
  /** Indices of the kinds whose rule is stated. */
  readonly right: ReadonlySet<number>
  /** Indices of the kinds about which something wrong is stated, and what. */
  readonly wrong: ReadonlyMap<number, string>
  readonly general: ReadonlySet<number>
  readonly harmful: ReadonlySet<number>
  readonly digest: number
}

type Stems = readonly (readonly string[])[]

/**
 * Reads the rules of a world in texts. A sentence states a rule when it has a word of the rule's cue and, nearer to it
 * than any other answer, a word of its answer. Sentences that hold an item are examples, not rules.
 */
export const ruleReader = (
  kinds: readonly Kind[],
  isItem: (code: string) => boolean,
): ((text: string) => SaidRules) => {
  const cueOf = kinds.map(({ cue }) => stemPattern(cue.stems))
  const answerOf = kinds.map(({ stems }) => stemPattern(stems))
  const anyCue = stemPattern(kinds.flatMap(({ cue }) => cue.stems))
  const general = generalRules.map(({ stems }) => patterns(stems))
  const harmful = harmfulRules.map(({ stems }) => patterns(stems))
  const known = new Map<string, SaidRules>()

  const read = (text: string): SaidRules => {
    const said = {
      right: new Set<number>(),
      wrong: new Map<number, string>(),
      general: new Set<number>(),
      harmful: new Set<number>(),
    }
    for (const sentence of text.split(/[.!?;\n]+/)) {
      for (const [index, all] of general.entries()) if (all.every(part => part.test(sentence))) said.general.add(index)
      for (const [index, all] of harmful.entries()) if (all.every(part => part.test(sentence))) said.harmful.add(index)
      if (!anyCue.test(sentence)) continue
      if ((sentence.match(/\d{5}/g) ?? []).some(isItem)) continue
      for (const kind of kinds) {
        const cue = cueOf[kind.index]?.exec(sentence)
        if (!cue) continue
        const nearest = nearestAnswer(sentence, cue.index, kind)
        if (nearest === undefined) continue
        if (nearest.stems === kind.stems || nearest.stems[0] === kind.stems[0]) said.right.add(kind.index)
        else said.wrong.set(kind.index, sentence.trim())
      }
    }
    return { ...said, digest: digest(text) }
  }

  const nearestAnswer = (sentence: string, from: number, { hop }: Kind): Kind | undefined => {
    let nearest: Kind | undefined
    let distance = Number.POSITIVE_INFINITY
    for (const kind of kinds) {
      if (kind.hop !== hop) continue
      const place = answerOf[kind.index]?.exec(sentence)?.index
      if (place === undefined || Math.abs(place - from) >= distance) continue
      nearest = kind
      distance = Math.abs(place - from)
    }
    return nearest
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

const patterns = (stems: Stems): readonly RegExp[] => stems.map(stemPattern)
