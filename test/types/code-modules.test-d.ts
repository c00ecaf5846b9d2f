import { codeAct } from '../../src/modules/code-act.ts'
import type { CodeStep } from '../../src/modules/code-session.ts'
import { program } from '../../src/modules/program.ts'
import { programOfThought } from '../../src/modules/program-of-thought.ts'
import { rlm } from '../../src/modules/rlm.ts'
import type { RlmStep } from '../../src/modules/rlm-prompt.ts'
import type { Context } from '../../src/ports/context.ts'
import { signature } from '../../src/signature/create.ts'
import { type Same, yes } from './same.ts'

type Flat<T> = { [K in keyof T]: T[K] }
type Out<M> = M extends { run(input: never, context: Context): Promise<infer O> } ? Flat<O> : never

declare const context: Context

const solve = programOfThought("question -> answer: int, mood: 'good' | 'bad'")
yes<
  Same<
    Out<typeof solve>,
    { readonly reasoning: string; answer: number; mood: 'good' | 'bad'; readonly trajectory: readonly CodeStep[] }
  >
>()
// @ts-expect-error the input is missing
solve.run({}, context)
// @ts-expect-error an unknown type names itself
programOfThought('question -> answer: integer32')

const agent = codeAct(signature('question -> answer: float'), { tools: [] })
yes<Same<Out<typeof agent>, { readonly reasoning: string; answer: number; readonly trajectory: readonly CodeStep[] }>>()
// @ts-expect-error the tools are missing
codeAct('question -> answer')

const read = rlm('book, question -> names: list[str]')
yes<
  Same<
    Out<typeof read>,
    {
      names: string[]
      readonly trajectory: readonly RlmStep[]
      readonly terminationReason: 'submitted' | 'iterations'
    }
  >
>()

// Composed, they infer without annotation.
const both = program('book -> total: number', { read, solve }, async ({ book }, { read, solve }) => {
  const { names } = await read({ book, question: 'Who?' })
  const { answer } = await solve({ question: names.join() })
  return { total: answer, names }
})
yes<Same<Out<typeof both>, { total: number; names: string[] }>>()
