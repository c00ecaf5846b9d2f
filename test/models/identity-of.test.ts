import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/data/sha256.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { cached } from '../../src/models/cached.ts'
import { fallback } from '../../src/models/fallback.ts'
import { limited } from '../../src/models/limited.ts'
import { type OpenAICompatibleOptions, openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const known = (name: string): LanguageModel => ({ ...scriptedModel(['fine']), identity: () => sha256(name) })
const unknown = (): LanguageModel => scriptedModel(['fine'])

describe('the identity of a server', () => {
  const identity = (options: Partial<OpenAICompatibleOptions>) =>
    openaiCompatible({ model: 'm', ...options }).identity?.()
  const secret = 'sk-0123456789abcdef'

  test.each<[string, Partial<OpenAICompatibleOptions>, Partial<OpenAICompatibleOptions>]>([
    ['another address', { baseUrl: 'http://a/v1' }, { baseUrl: 'http://b/v1' }],
    ['another path', { baseUrl: 'http://a/v1' }, { baseUrl: 'http://a/v2' }],
    ['another version in the query', { baseUrl: 'http://a/v1?v=1' }, { baseUrl: 'http://a/v1?v=2' }],
    ['another key', { apiKey: secret }, { apiKey: `${secret}0` }],
    ['a key or none', { apiKey: secret }, {}],
    ['another organization', { headers: { 'OpenAI-Organization': 'a' } }, { headers: { 'OpenAI-Organization': 'b' } }],
    ['another field for the limit', { maxTokensField: 'max_tokens' }, { maxTokensField: 'max_completion_tokens' }],
  ])('is another with %s', async (_, one, other) => {
    expect(await identity(one)).not.toBe(await identity(other))
  })

  test.each<[string, Partial<OpenAICompatibleOptions>, Partial<OpenAICompatibleOptions>]>([
    ['a slash at the end', { baseUrl: 'http://a/v1' }, { baseUrl: 'http://a/v1/' }],
    ['the address of OpenAI written out', {}, { baseUrl: 'https://api.openai.com/v1' }],
    ['the case of a header', { headers: { 'X-Project': 'a' } }, { headers: { 'x-project': 'a' } }],
    ['patience', { deadlineMs: 1 }, { deadlineMs: 2, maxResponseBytes: 1 }],
  ])('is the same with or without %s', async (_, one, other) => {
    expect(await identity(one)).toBe(await identity(other))
  })
})

describe('the identity of a wrapped model', () => {
  test.each<[string, (model: LanguageModel) => LanguageModel]>([
    ['retried', model => retried(model)],
    ['cached', model => cached(model)],
    ['limited', model => limited(model, { concurrency: 1 })],
    ['budgeted', model => budgeted(model, { calls: 1 })],
    ['fallback over one', model => fallback([model])],
  ])('is passed on by %s, and not made up', async (_, wrap) => {
    expect(await wrap(known('a')).identity?.()).toBe(await sha256('a'))
    expect(wrap(unknown())).not.toHaveProperty('identity')
  })

  test('of several is one of all of them, in their order', async () => {
    const identity = (...models: LanguageModel[]) => fallback(models).identity?.()
    const all = await Promise.all([
      identity(known('a'), known('b')),
      identity(known('b'), known('a')),
      identity(known('a'), unknown()),
      identity(unknown(), known('a')),
      identity(known('a')),
    ])
    expect(new Set(all).size).toBe(all.length)
    expect(await identity(known('a'), known('b'))).toBe(all[0])
    expect(identity(unknown(), unknown())).toBeUndefined()
  })

  test('of a model that is an object with a state of its own is asked of that object', async () => {
    const stateful = {
      ...scriptedModel(['fine']),
      name: 'mine',
      identity(this: { readonly name: string }) {
        return sha256(this.name)
      },
    }
    expect(await retried(stateful).identity?.()).toBe(await sha256('mine'))
  })
})
