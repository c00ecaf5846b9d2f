import { signature } from '../../src/signature/create.ts'
import type { InputsOf, OutputsOf } from '../../src/signature/infer.ts'
import { append, insert, prepend, remove, rename, withField, withInstructions } from '../../src/signature/operations.ts'
import { type Same, yes } from './same.ts'

type Flat<T> = { [K in keyof T]: T[K] }
type In<S> = Flat<InputsOf<S>>
type Out<S> = Flat<OutputsOf<S>>

const base = signature('question, hint?: int -> answer: float')

const reasoned = prepend(base, 'output', 'reasoning')
yes<Same<Out<typeof reasoned>, { answer: number; reasoning: string }>>()
yes<Same<In<typeof reasoned>, In<typeof base>>>()

const labeled = append(base, 'output', 'label', "'a' | 'b'")
yes<Same<Out<typeof labeled>, { answer: number; label: 'a' | 'b' }>>()

const fed = insert(base, 'input', 1, 'context', { type: 'list[str]', optional: true })
yes<
  Same<In<typeof fed>, { question: string; hint?: number | null | undefined; context?: string[] | null | undefined }>
>()

const fewer = remove(base, 'hint')
yes<Same<In<typeof fewer>, { question: string }>>()

const renamed = rename(base, 'hint', 'limit')
yes<Same<In<typeof renamed>, { question: string; limit?: number | null | undefined }>>()

const retyped = withField(base, 'answer', { type: 'bool' })
yes<Same<Out<typeof retyped>, { answer: boolean }>>()

const described = withField(base, 'answer', { description: 'in meters' })
yes<Same<Out<typeof described>, { answer: number }>>()

const loosened = withField(base, 'answer', { optional: true })
yes<Same<Out<typeof loosened>, { answer: number | null }>>()

yes<Same<typeof base, ReturnType<typeof instructed>>>()
const instructed = () => withInstructions(base, 'Answer.')
