import { openaiCompatible, predict } from 'kkachi'
import type { Classify, Remote } from '../peer.ts'

export const classifier = ({ baseUrl, fetch }: Remote): Classify => {
  const model = openaiCompatible({ model: 'gpt-4o-mini', baseUrl, apiKey: 'key', fetch })
  const classify = predict("text -> label: 'positive' | 'negative'")
  return async text => (await classify.run({ text }, { model })).label
}
