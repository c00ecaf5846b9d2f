import { expect, test } from 'vitest'
import { modelFromName } from '../../../node/models/model-from-name.ts'

test.each([
  ['openai/gpt-4o-mini', 'retried(openai/gpt-4o-mini)'],
  ['anthropic/claude-sonnet-4-5', 'retried(anthropic/claude-sonnet-4-5)'],
  ['ollama/hf.co/unsloth/Qwen3', 'retried(ollama/hf.co/unsloth/Qwen3)'],
  ['llamacpp/default', 'retried(llamacpp/default)'],
  ['local/nano', 'local/nano'],
])('%s is %s', (name, id) => {
  const environment = { OPENAI_API_KEY: 'sk-a', ANTHROPIC_API_KEY: 'sk-b' }
  expect(modelFromName(name, { environment }).id).toBe(id)
})

test.each([
  ['openai/gpt-4o-mini', 'OPENAI_API_KEY'],
  ['anthropic/claude-sonnet-4-5', 'ANTHROPIC_API_KEY'],
])('%s needs %s, but for a server of one’s own', (name, option) => {
  expect(() => modelFromName(name, { environment: {} })).toThrow(
    expect.objectContaining({ code: 'configuration/missing', option }),
  )
  expect(modelFromName(name, { environment: {}, baseUrl: 'http://localhost:1/v1' }).id).toContain(name)
})

test.each(['gpt-4o-mini', 'google/gemini-2.5-flash', 'openai/', '/x', '', 'constructor/x'])('%j is no model', name => {
  expect(() => modelFromName(name, { environment: {} })).toThrow(
    expect.objectContaining({ code: 'configuration/invalid', option: 'model' }),
  )
})
