import { ModelError } from '../../errors/model-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { WasmModule } from '../../ports/web-assembly.ts'
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
  /** Gives the answer's memory back, once. */
  free(): void
}

/** An instance with the vocabulary in it, until something breaks it. */
interface Room {
  readonly instance: GrammarInstance
  readonly vocabulary: number
  /** Answers at their beginnings by the grammar, the latest used last. */
  readonly kept: Map<string, number>
  isBroken: boolean
}

/** Grammars of more bytes, or with more keys in their schemas, are refused unread: those take seconds, and then minutes. */
const mostBytes = 500_000
const mostKeys = 2_500

/**
 * Keeps compiled grammars, the latest used of them, in one instance that holds the vocabulary. Where a grammar breaks the
 * instance, the next begins in a new one.
 */
export const compiledGrammars = (module: WasmModule, vocabulary: TokenVocabulary, most: number): CompiledGrammars => {
  let current: Room | undefined = openRoom(module, vocabulary)
  return {
    begin(grammar) {
      if (current === undefined || current.isBroken) current = openRoom(module, vocabulary)
      const room = current
      const { instance } = room
      const compiled = compile(room, grammarSource(grammar), most)
      return {
        instance,
        answer: instance.calls.copy(compiled),
        call: use => guarded(room, use),
        free() {
          if (!room.isBroken) instance.calls.free_answer(this.answer)
        },
      }
    },
    free() {
      current = undefined
    },
  }
}

const openRoom = (module: WasmModule, vocabulary: TokenVocabulary): Room => {
  const instance = grammarInstance(module)
  const { bytes, ends } = vocabularyBytes(vocabulary)
  const made = instance.lend(bytes, at =>
    instance.lend(new Uint8Array(ends.buffer), endsAt =>
      instance.calls.vocabulary(at, bytes.length, endsAt, ends.length),
    ),
  )
  if (made === 0) {
    throw new RuntimeError('runtime/model-files', `The tokenizer's vocabulary cannot be used: ${instance.failure()}.`)
  }
  return { instance, vocabulary: made, kept: new Map(), isBroken: false }
}

const compile = (room: Room, { kind, text }: GrammarSource, most: number): number => {
  const { instance, vocabulary, kept } = room
  const key = `${kind}${text}`
  const known = kept.get(key)
  if (known !== undefined) {
    kept.delete(key)
    kept.set(key, known)
    return known
  }
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > mostBytes) throw refusal(`it has ${bytes.length} bytes, more than ${mostBytes}`)
  const keys = text.split('":').length - 1
  if (keys > mostKeys) throw refusal(`its schemas have ${keys} keys, more than ${mostKeys}`)
  const answer = guarded(room, ({ begin }) => instance.lend(bytes, at => begin(vocabulary, kind, at, bytes.length)))
  if (answer === 0) throw refusal(grammarProblem(instance.failure()))
  kept.set(key, answer)
  for (const [oldest, forgotten] of kept) {
    if (kept.size <= most) break
    kept.delete(oldest)
    instance.calls.free_answer(forgotten)
  }
  return answer
}

const guarded = <Result>(room: Room, use: (calls: GrammarInstance['calls']) => Result): Result => {
  if (room.isBroken) throw broken()
  try {
    return use(room.instance.calls)
  } catch (cause) {
    room.isBroken = true
    throw broken(cause)
  }
}

const broken = (cause?: unknown): RuntimeError =>
  new RuntimeError(
    'runtime/failed',
    'The engine of grammars broke off, and every answer in it. Write a simpler grammar: less nesting, fewer alternatives at once.',
    { cause },
  )

const refusal = (reason: string): ModelError =>
  new ModelError('model/request', `The grammar of the answer cannot be read: ${reason}. Write it otherwise.`, {
    model: 'grammar',
  })
