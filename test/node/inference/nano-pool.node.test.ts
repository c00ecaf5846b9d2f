import { describe, expect, test } from 'vitest'
import { localModel } from '../../../node/models/local-model.ts'
import { modelPool } from '../../../src/inference/index.ts'
import type { ModelRequest } from '../../../src/ports/language-model.ts'

const texts = ['What a joy!', 'A dull film.', 'I want my money back.', 'Never better.', 'It broke at once.', 'Superb.']

const asked = (text: string): ModelRequest => ({
  messages: [
    { role: 'system', content: 'Decide the sentiment of the review.' },
    { role: 'user', content: text },
  ],
  sharedMessages: 1,
  maxTokens: 8,
})

describe('modelPool of nano', () => {
  test('two instances side by side give the answers of one, and give their memory back', async () => {
    const alone = localModel('nano')
    const expected: string[] = []
    for (const text of texts) expected.push((await alone.generate(asked(text))).completions[0].text)
    await alone.close()
    const pool = modelPool({ start: () => localModel('nano'), instances: 2, concurrency: 2 })
    await pool.warmUp()
    const calls = Array.from({ length: 5 }, () => texts).flat()
    const answers = await Promise.all(calls.map(async text => (await pool.generate(asked(text))).completions[0].text))
    expect(answers).toEqual(Array.from({ length: 5 }, () => expected).flat())
    const { ready, loading, bytes, ...rest } = pool.state
    expect([ready + loading, rest]).toEqual([2, { running: 0, waiting: 0 }])
    expect(bytes).toBeGreaterThan(0)
    expect(await pool.identity()).toBe(await alone.identity())
    await pool.unload()
    expect(pool.state).toMatchObject({ ready: 0, loading: 0, bytes: 0 })
    expect((await pool.generate(asked('What a joy!'))).completions[0].text).toBe(expected[0])
    await pool.close()
  })

  test('calls in flight end when it is unloaded', async () => {
    const pool = modelPool({ start: () => localModel('nano') })
    const calls = texts.map(text => pool.generate({ ...asked(text), maxTokens: 64 }).catch(error => error.name))
    await pool.warmUp()
    await pool.unload()
    const ends = await Promise.all(calls)
    expect(ends.filter(end => typeof end === 'string' && end !== 'AbortError')).toEqual([])
  })
})
