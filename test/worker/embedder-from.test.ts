import { describe, expect, test } from 'vitest'
import { embedderFrom } from '../../worker/embedder-from.ts'
import { type Env, servicesFrom } from '../../worker/env.ts'
import type { ServiceBinding } from '../../worker/inference/service-binding.ts'
import { memoryNamespace } from './memory-namespace.ts'

const env = (settings: Partial<Env> = {}): Env => ({ KKACHI: memoryNamespace(), ...settings })
const INFERENCE: ServiceBinding = { fetch: () => Promise.reject(new Error('not asked')) }

describe('the embedder of the Worker', () => {
  test.each([
    [{ KKACHI_EMBEDDER: 'lexical' }, /^lexical/],
    [{ KKACHI_EMBEDDER: 'openai/text-embedding-3-small', OPENAI_API_KEY: 'sk-one' }, /text-embedding-3-small/],
    [{ KKACHI_EMBEDDER: 'openai/nomic-embed-text', OPENAI_BASE_URL: 'http://localhost:11434/v1' }, /nomic-embed-text/],
    [{ KKACHI_EMBEDDER: 'local/all-minilm', INFERENCE }, /^local\/all-minilm$/],
  ])('is the one that the settings name', (settings, id) => {
    expect(embedderFrom(env(settings)).id).toMatch(id)
  })

  test.each([
    [{ KKACHI_EMBEDDER: 'openai/text-embedding-3-small', OPENAI_API_KEY: '' }, 'OPENAI_API_KEY'],
    [{ KKACHI_EMBEDDER: 'local/all-minilm' }, 'INFERENCE'],
    [{ KKACHI_EMBEDDER: 'words' }, 'KKACHI_EMBEDDER'],
  ])('is refused for %j, by the name of the setting', (settings, option) => {
    expect(() => embedderFrom(env(settings))).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }))
  })

  test('is none when nothing is said', () => {
    expect(servicesFrom(env({ KKACHI_EMBEDDER: '' })).embedder).toBeUndefined()
    expect(servicesFrom(env({ KKACHI_EMBEDDER: 'lexical' })).embedder).toBeDefined()
  })
})
