import { RuntimeError } from '../../errors/runtime-error.ts'
import type { TokenConstraint, TokenVocabulary } from '../token-constraint.ts'
import { applyMask } from './apply-mask.ts'
import type { BegunAnswer } from './compiled-grammars.ts'
import { grammarProblem } from './grammar-source.ts'

/** One answer of an instance as a constraint. */
export const tokenConstraintOf = (begun: BegunAnswer, vocabulary: TokenVocabulary): TokenConstraint => {
  const { instance, answer, call } = begun
  const { size, endTokens } = vocabulary
  const words = (size >>> 5) + 1
  let isPrepared = false
  let isClosed = false
  let isFree = false

  const failed = (): RuntimeError =>
    new RuntimeError(
      'runtime/failed',
      `The grammar of the answer leads nowhere: ${grammarProblem(instance.failure())}. Write it so that every beginning has an end, with fewer alternatives at once.`,
    )

  const prepare = (): void => {
    if (isPrepared || isClosed) return
    if (call(({ mask }) => mask(answer)) <= 0) throw failed()
    isPrepared = true
  }

  /** What may come next, the end as the token after the last. */
  const allowed = (): Uint32Array => {
    prepare()
    return instance.words(
      call(calls => calls.mask_at(answer)),
      words,
    )
  }

  const mayEnd = (): boolean => isClosed || ((allowed()[size >>> 5] ?? 0) & (1 << (size & 31))) !== 0

  const over = (): boolean => isClosed || call(calls => calls.ended(answer)) === 1

  /** The tokens as written by the tokenizer of what must come next; the last may change with what follows. */
  const written = (): readonly number[] => {
    const length = call(calls => calls.forced(answer))
    if (length === 0) return []
    const bytes = instance.bytes(
      call(calls => calls.forced_at(answer)),
      length,
    )
    return vocabulary.encode(new TextDecoder().decode(bytes.subarray(0, wholeCharacters(bytes))))
  }

  return {
    prepare,
    mask(logits) {
      if (over()) {
        const kept = [...endTokens].map(token => [token, logits[token] ?? Number.NEGATIVE_INFINITY] as const)
        logits.fill(Number.NEGATIVE_INFINITY)
        for (const [token, logit] of kept) logits[token] = logit
        return
      }
      const isEndAllowed = mayEnd()
      const kept = isEndAllowed ? [...endTokens].map(token => [token, logits[token]] as const) : []
      applyMask(allowed(), size < logits.length ? logits.subarray(0, size) : logits)
      if (size < logits.length) logits.fill(Number.NEGATIVE_INFINITY, size)
      for (const [token, logit] of kept) if (logit !== undefined) logits[token] = logit
    },
    accept(token) {
      if (endTokens.has(token)) {
        if (!over() && !mayEnd()) throw new RangeError(`Token ${token} ends the answer, which is not at an end.`)
        isClosed = true
        return
      }
      const taken = isClosed || token >= size ? 0 : call(calls => calls.accept(answer, token))
      if (taken < 0) throw failed()
      if (taken === 0) throw new RangeError(`Token ${token} may not come here. Draw from what mask() leaves.`)
      isPrepared = false
    },
    forced() {
      if (over()) return []
      const tokens = written()
      if (tokens.length === 0) return []
      const list = Uint32Array.from(tokens)
      const taken = call(calls =>
        instance.lend(new Uint8Array(list.buffer), at => calls.accept_forced(answer, at, list.length)),
      )
      if (taken < 0) throw failed()
      isPrepared = false
      return tokens.slice(0, taken)
    },
    get ended() {
      return over()
    },
    free() {
      if (isFree) return
      isFree = true
      isClosed = true
      begun.free()
    },
  }
}

/** How many bytes are whole characters of UTF-8; a grammar may force the beginning of one. */
const wholeCharacters = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return wanted > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
