import type { Random } from '../../../src/data/random.ts'
import type { Grammar, GrammarEngine, TokenVocabulary } from '../../../src/inference/token-constraint.ts'

export interface WalkOptions {
  readonly random: Random
  /** Tokens after which the walk turns to what closes: quotes, brackets, markers. */
  readonly patience: number
  readonly temperature?: number
  /** Whether forced tokens are read, as an engine does, or drawn like the others. */
  readonly forced?: boolean
  /** What ends the text under way, told the answer so far; the next marker of the chat format when absent. */
  readonly ending?: (written: string) => string
}

export interface Walk {
  readonly text: string
  readonly tokens: number
}

const closers = /^[\s"\]}]+$/

/** How the next marker of the chat format begins: nothing but this ends a text there. */
const marker = '\n\n[[ ## '

/** Draws an answer from random logits, masked by the grammar; fails where there is no way on. */
export const randomWalk = (
  engine: GrammarEngine,
  vocabulary: TokenVocabulary,
  grammar: Grammar,
  { random, patience, temperature = 1.5, forced = true, ending }: WalkOptions,
): Walk => {
  const closes = closingTokens(vocabulary)
  const constraint = engine.constraint(grammar)
  const tokens: number[] = []
  const logits = new Float32Array(vocabulary.size)
  try {
    while (!constraint.ended) {
      if (forced) tokens.push(...constraint.forced())
      if (constraint.ended) break
      for (let token = 0; token < logits.length; token += 1) {
        const uniform = random.random()
        logits[token] = -Math.log(-Math.log(uniform + 1e-12)) * temperature
        if (tokens.length > patience && closes.has(token)) logits[token] = (logits[token] ?? 0) + 30
      }
      if (tokens.length > patience) {
        const written = textOf(vocabulary, ending === undefined ? tokens.slice(-12) : tokens)
        const closing = ending?.(written) ?? marker
        let begun = closing.length
        while (!written.endsWith(closing.slice(0, begun))) begun -= 1
        const [next] = vocabulary.encode(closing.slice(begun, closing.length))
        if (next !== undefined) logits[next] = 60
      }
      constraint.prepare()
      constraint.mask(logits)
      const chosen = likeliest(logits)
      if (chosen === undefined) throw new Error(`no way on after ${JSON.stringify(textOf(vocabulary, tokens))}`)
      constraint.accept(chosen)
      if (!vocabulary.endTokens.has(chosen)) tokens.push(chosen)
      if (tokens.length > patience + 5_000) {
        throw new Error(`no end after ${JSON.stringify(textOf(vocabulary, tokens).slice(0, 500))}`)
      }
    }
  } finally {
    constraint.free()
  }
  return { text: textOf(vocabulary, tokens), tokens: tokens.length }
}

const likeliest = (logits: Float32Array): number | undefined => {
  let best: number | undefined
  let most = Number.NEGATIVE_INFINITY
  for (const [token, logit] of logits.entries()) {
    if (logit > most) {
      most = logit
      best = token
    }
  }
  return best
}

const kept = new WeakMap<TokenVocabulary, ReadonlySet<number>>()

/** Tokens of nothing but quotes, brackets and blanks, and those that end an answer. */
export const closingTokens = (vocabulary: TokenVocabulary): ReadonlySet<number> => {
  const known = kept.get(vocabulary)
  if (known !== undefined) return known
  const decoder = new TextDecoder()
  const found = new Set(vocabulary.endTokens)
  for (let token = 0; token < vocabulary.size; token += 1) {
    const bytes = vocabulary.bytesOf(token)
    if (bytes !== undefined && closers.test(decoder.decode(bytes))) found.add(token)
  }
  kept.set(vocabulary, found)
  return found
}

const textOf = (vocabulary: TokenVocabulary, tokens: readonly number[]): string =>
  new TextDecoder().decode(Uint8Array.from(tokens.flatMap(token => [...(vocabulary.bytesOf(token) ?? [])])))
