import { AxAIOpenAIModel, ai, ax } from '@ax-llm/ax'
import type { Classify, Remote } from '../peer.ts'

/** Ax refuses the name `text` for a field, hence `reviewText`. */
export const classifier = ({ baseUrl, fetch }: Remote): Classify => {
  const config = { model: AxAIOpenAIModel.GPT41Mini, stream: false } as const
  const model = ai({ name: 'openai', apiKey: 'key', apiURL: baseUrl, config, options: { fetch } })
  const classify = ax('reviewText:string -> label:class "positive, negative"')
  return async reviewText => (await classify.forward(model, { reviewText }, { stream: false })).label
}
