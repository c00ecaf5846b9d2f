import { createOpenAI } from '@ai-sdk/openai'
import { generateText, Output } from 'ai'
import { z } from 'zod/v4'
import type { Classify, Remote } from '../peer.ts'

export const classifier = ({ baseUrl, fetch }: Remote): Classify => {
  const model = createOpenAI({ baseURL: baseUrl, apiKey: 'key', fetch }).chat('gpt-4o-mini')
  const schema = z.object({ label: z.enum(['positive', 'negative']) })
  const output = Output.object({ schema })
  return async prompt => (await generateText({ model, output, prompt, maxRetries: 0 })).output.label
}
