import { batch } from '../../src/modules/batch.ts'
import { bestOfN } from '../../src/modules/best-of-n.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { ensemble } from '../../src/modules/ensemble.ts'
import { fieldText } from '../../src/modules/field-text.ts'
import { majority } from '../../src/modules/majority.ts'
import { mapPredictors, resetState } from '../../src/modules/map-predictors.ts'
import { multiChainComparison } from '../../src/modules/multi-chain-comparison.ts'
import { parallel } from '../../src/modules/parallel.ts'
import { predict } from '../../src/modules/predict.ts'
import { completionsOf } from '../../src/modules/prediction-details.ts'
import { program } from '../../src/modules/program.ts'
import { refine } from '../../src/modules/refine.ts'
import { withContext } from '../../src/modules/with-context.ts'
import type { Context } from '../../src/ports/context.ts'
import type { Module } from '../../src/ports/module.ts'
import { signature } from '../../src/signature/create.ts'
import { type Same, yes } from './same.ts'

type Flat<T> = { [K in keyof T]: T[K] }
type In<M> = M extends Module<infer I, infer _> ? Flat<I> : never
type Out<M> = M extends { run(input: never, context: Context): Promise<infer O> } ? Flat<O> : never

declare const context: Context

const classify = predict("text, limit?: int -> label: 'good' | 'bad', score: float")
type Classified = { label: 'good' | 'bad'; score: number }
const think = chainOfThought('question -> answer: int')

// The tries know the module's input and prediction.
const best = bestOfN(classify, {
  n: 3,
  reward: ({ text, limit }, { label, score }) => {
    yes<Same<typeof text, string>>()
    yes<Same<typeof limit, number | null | undefined>>()
    yes<Same<typeof label, 'good' | 'bad'>>()
    return score
  },
  threshold: 1,
})
yes<Same<Out<typeof best>, Classified>>()
yes<Same<In<typeof best>, { text: string; limit?: number | null | undefined }>>()

const refined = refine(think, {
  n: 2,
  reward: async (_, { reasoning, answer }) => reasoning.length > answer,
  threshold: 1,
})
yes<Same<Out<typeof refined>, { readonly reasoning: string; answer: number }>>()
// @ts-expect-error a reward is a number
bestOfN(classify, { n: 3, reward: () => 'high', threshold: 1 })
// @ts-expect-error the prediction has no such field
bestOfN(classify, { n: 3, reward: (_, { labels }) => labels, threshold: 1 })

// Comparisons take the attempts with the input, unless they make them.
const compare = multiChainComparison("question -> answer: 'yes' | 'no'")
yes<Same<Out<typeof compare>, { readonly rationale: string; answer: 'yes' | 'no' }>>()
compare.run({ question: 'q', completions: [{ answer: 'yes', reasoning: 'r' }] }, context)
// @ts-expect-error the attempts are missing
compare.run({ question: 'q' }, context)
// @ts-expect-error an attempt is one at this task
compare.run({ question: 'q', completions: [{ answer: 'maybe' }] }, context)
const sampling = multiChainComparison("question -> answer: 'yes' | 'no'", {
  sample: chainOfThought("question -> answer: 'yes' | 'no'"),
})
yes<Same<Out<typeof sampling>, { readonly rationale: string; answer: 'yes' | 'no' }>>()
sampling.run({ question: 'q' }, context)
const fromSignature = multiChainComparison(signature('a: int -> b: list[str]'), {
  sample: predict('a: int -> b: list[str]'),
})
yes<Same<Out<typeof fromSignature>, { readonly rationale: string; b: string[] }>>()
const drawn = async () => {
  const three = await predict("question -> answer: 'yes' | 'no'", { n: 3 }).run({ question: 'q' }, context)
  return compare.run({ question: 'q', completions: completionsOf(three) }, context)
}
yes<Same<Flat<Awaited<ReturnType<typeof drawn>>>, { readonly rationale: string; answer: 'yes' | 'no' }>>()

// Ensembles give what reduce gives.
const voting = ensemble([classify, best], { reduce: predictions => majority(predictions, { field: 'label' }) })
yes<Same<Out<typeof voting>, Classified>>()
const mean = ensemble([classify, classify], {
  reduce: predictions => ({ score: predictions.reduce((sum, { score }) => sum + score, 0) }),
})
yes<Same<Out<typeof mean>, { score: number }>>()
// @ts-expect-error no such field to count
ensemble([classify], { reduce: predictions => majority(predictions, { field: 'lable' }) })

// Many runs.
const texts = batch(classify, [{ text: 'a' }, { text: 'b', limit: 3 }], context)
yes<Same<Flat<Awaited<typeof texts>[number]>, Classified>>()
const some = batch(classify, [{ text: 'a' }], context, { returnFailed: true })
yes<Same<Awaited<typeof some>['predictions'], readonly (Awaited<typeof texts>[number] | undefined)[]>>()
// @ts-expect-error an input of another module
batch(classify, [{ question: 'a' }], context)

const both = async () => {
  const [judged, solved] = await parallel(
    [
      [classify, { text: 'a' }],
      [think, { question: 'q' }],
    ],
    context,
  )
  return { ...judged, ...solved }
}
yes<
  Same<
    Flat<Awaited<ReturnType<typeof both>>>,
    { reasoning: string; answer: number; label: 'good' | 'bad'; score: number }
  >
>()
// @ts-expect-error the input is one of another module
parallel([[classify, { question: 'q' }]], context)

// All of it as children of a program, without an annotation.
const whole = program(
  'question -> answer: int, label',
  { best, steps: [refined, withContext(think, {})], voting, compare },
  async ({ question }, { best, steps, voting, compare }, context) => {
    const { label } = await best({ text: question })
    const [first, second] = await parallel(
      [
        [steps[0], { question }],
        [steps[1], { question }],
      ],
      context,
    )
    yes<Same<Flat<typeof second>, { readonly reasoning: string; answer: number }>>()
    const { score } = await voting({ text: question })
    yes<Same<typeof score, number>>()
    const { rationale } = await compare({ question, completions: [{ answer: 'yes' }] })
    yes<Same<typeof rationale, string>>()
    return { answer: first.answer, label, extra: true }
  },
)
yes<Same<Out<typeof whole>, { answer: number; label: 'good' | 'bad'; extra: boolean }>>()
yes<Same<typeof whole, ReturnType<typeof same>>>()
const same = () => mapPredictors(resetState(whole), ({ state }) => state)

// Streams: the fields of a predictor are its outputs; of others any name may come.
const streamed = async () => {
  for await (const event of classify.stream({ text: 'a' }, context)) {
    if (event.type === 'field') yes<Same<typeof event.field, 'label' | 'score'>>()
    if (event.type === 'prediction') yes<Same<typeof event.prediction.label, 'good' | 'bad'>>()
  }
  for await (const event of whole.stream({ question: 'q' }, context)) {
    if (event.type === 'field') yes<Same<typeof event.field, string>>()
    if (event.type === 'prediction') yes<Same<typeof event.prediction.answer, number>>()
  }
  for await (const { text } of fieldText(whole.stream({ question: 'q' }, context), 'label')) {
    yes<Same<typeof text, string>>()
  }
}
void streamed
