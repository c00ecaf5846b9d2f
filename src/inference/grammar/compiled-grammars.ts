import { ModelError } from '../../errors/model-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { EngineModule } from '../../sandbox/web-assembly.ts'
import type { Grammar, TokenVocabulary } from '../token-constraint.ts'
import { type GrammarInstance, grammarInstance } from './grammar-module.ts'
import { type GrammarSource, grammarProblem, grammarSource } from './grammar-source.ts'
import { vocabularyBytes } from './vocabulary-bytes.ts'

/** What holds for all answers over one vocabulary. */
export interface CompiledGrammars {
  /** A fresh answer in an instance; `model/request` for a grammar that cannot be read. */
  begin(grammar: Grammar): BegunAnswer
  free(): void
}

export interface BegunAnswer {
  readonly instance: GrammarInstance
  /** The answer's address. */
  readonly answer: number
  /** Does something with the instance; a failure of the code itself, not of what it was asked, gives the instance up. */
  call<Result>(use: (calls: GrammarInstance['calls']) => Result): Result
}

/** Grammars longer than this are refused unread. */
const mostBytes = 1_000_000

/**
 * Keeps compiled grammars, the latest used of them, in one instance that holds the vocabulary. Where a grammar breaks the
 * instance (one nested beyond its stack), the next begins in a new one.
 */
export const compiledGrammars = (module: EngineModule, vocabulary: TokenVocabulary, most: number): CompiledGrammars => {
  let room:
    | { readonly instance: GrammarInstance; readonly handle: number; readonly kept: Map<string, number> }
    | undefined

  const open = () => {
    const instance = grammarInstance(module)
    const { bytes, ends } = vocabularyBytes(vocabulary)
    const handle = instance.lend(bytes, at =>
      instance.lend(new Uint8Array(ends.buffer), endsAt =>
        instance.calls.vocabulary(at, bytes.length, endsAt, ends.length),
      ),
    )
    if (handle === 0) {
      throw new RuntimeError('runtime/model-files', `The tokenizer's vocabulary cannot be used: ${instance.failure()}.`)
    }
    return { instance, handle, kept: new Map<string, number>() }
  }
  room = open()

  const compile = ({ kind, text }: GrammarSource): number => {
    const key = `${kind}${text}`
    room ??= open()
    const { instance, handle, kept } = room
    const known = kept.get(key)
    if (known !== undefined) {
      kept.delete(key)
      kept.set(key, known)
      return known
    }
    const bytes = new TextEncoder().encode(text)
    if (bytes.length > mostBytes) throw refusal(`it has ${bytes.length} bytes, more than ${mostBytes}`)
    let answer: number
    try {
      answer = instance.lend(bytes, at => instance.calls.begin(handle, kind, at, bytes.length))
    } catch (cause) {
      room = undefined
      throw refusal('it is nested too deeply or too large', cause)
    }
    if (answer === 0) throw refusal(grammarProblem(instance.failure()))
    kept.set(key, answer)
    for (const [oldest, forgotten] of kept) {
      if (kept.size <= most) break
      kept.delete(oldest)
      instance.calls.free_answer(forgotten)
    }
    return answer
  }

  return {
    begin(grammar) {
      const compiled = compile(grammarSource(grammar))
      const begun = room
      if (begun === undefined) throw new Error('a grammar was compiled in no instance')
      const { instance } = begun
      return {
        instance,
        answer: instance.calls.copy(compiled),
        call(use) {
          try {
            return use(instance.calls)
          } catch (cause) {
            if (room === begun) room = undefined
            throw new RuntimeError(
              'runtime/failed',
              'The grammar engine broke off. Write a simpler grammar: fewer alternatives, less nesting.',
              { cause },
            )
          }
        },
      }
    },
    free() {
      room = undefined
    },
  }
}

const refusal = (reason: string, cause?: unknown): ModelError =>
  new ModelError('model/request', `The grammar of the answer cannot be read: ${reason}. Write it otherwise.`, {
    model: 'grammar',
    cause,
  })
