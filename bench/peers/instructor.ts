import instructor from '@instructor-ai/instructor'
import OpenAI from 'openai'
import { z } from 'zod'
import type { Classify, Remote } from '../peer.ts'

export const classifier = ({ baseUrl, fetch }: Remote): Classify => {
  const openai = new OpenAI({ baseURL: baseUrl, apiKey: 'key', fetch, maxRetries: 0 })
  const client = instructor({ client: openai, mode: 'JSON' })
  const schema = z.object({ label: z.enum(['positive', 'negative']) })
  return async text => {
    const { label } = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: text }],
      response_model: { schema, name: 'Classification' },
    })
    return label
  }
}
