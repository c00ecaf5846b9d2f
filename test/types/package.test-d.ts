// The types that the built package gives its users, by its own name: declarations that are missing would all be `any`.
import { evaluate, exactMatch, type LanguageModel, predict } from 'kkachi'
import type { LocalModel } from 'kkachi/inference'
import { localModel } from 'kkachi/node'
import { type Same, yes } from './same.ts'

const classify = predict("text -> label: 'spam' | 'ham'")
type Prediction = Awaited<ReturnType<typeof classify.run>>
yes<Same<Prediction['label'], 'spam' | 'ham'>>()
yes<Same<Parameters<typeof classify.run>[0]['text'], string>>()
yes<Same<ReturnType<typeof localModel>, LocalModel>>()
yes<Same<Awaited<ReturnType<LanguageModel['generate']>>, Awaited<ReturnType<LocalModel['generate']>>>>()

// @ts-expect-error an evaluation needs its examples
evaluate(classify, { metric: exactMatch(), model: localModel('nano') })
