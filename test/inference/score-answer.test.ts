import { describe, expect, test } from 'vitest'
import { transformersModel } from '../../src/inference/transformers-model.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { type RuntimeScript, scriptedRuntime } from './scripted-runtime.ts'

const modelOver = (script: Partial<RuntimeScript> = {}) => {
  const runtime = scriptedRuntime({ answer: () => 'yes', ...script })
  const model = transformersModel({ id: 'local/test', source: 'test', runtime: async () => runtime })
  return {
    runtime,
    score: async (request: ModelRequest, answer: string) => {
      const { scores = [], usage } = (await model.score?.(request, [answer])) ?? {}
      return { ...scores[0], usage }
    },
  }
}

const request: ModelRequest = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Is it?' },
  ],
}

describe('the score of an answer', () => {
  test('is near 0 for what the network would write, its end included', async () => {
    const { score } = modelOver()
    expect(await score(request, 'yes')).toMatchObject({ tokens: 4, usage: { inputTokens: 17 + 13 + 3 } })
    expect((await score(request, 'yes')).logprob).toBeCloseTo(0)
  })

  test('falls by each token that the network would not write', async () => {
    const { score } = modelOver()
    expect((await score(request, 'yet')).logprob).toBeCloseTo(-100)
    expect((await score(request, 'ye')).logprob).toBeCloseTo(-100)
    expect((await score(request, 'nes!')).logprob).toBeCloseTo(-200)
  })

  test('is shared among what may come next', async () => {
    const { score } = modelOver({ letters: 'ab' })
    expect((await score(request, 'ab')).logprob).toBeCloseTo(2 * Math.log(0.5) - 100 - Math.log(2))
  })

  test('is one step of the network, and the shared beginning one for all', async () => {
    const { runtime, score } = modelOver()
    const apart = await score(request, 'yes')
    expect(runtime.steps).toEqual([17 + 13 + 3])
    const shared = { ...request, sharedMessages: 1 }
    expect(await score(shared, 'yes')).toEqual(apart)
    expect(await score(shared, 'no')).not.toEqual(apart)
    expect(runtime.steps.slice(1)).toEqual([17, 13 + 3, 13 + 2])
  })

  test.each(['cpu', 'gpu-buffer'])('leaves nothing behind in %s', async location => {
    const { runtime, score } = modelOver({ location })
    await score(request, 'yes')
    expect(runtime.alive).toBe(0)
  })

  test('is refused where the window is too small for question and answer', async () => {
    const { score } = modelOver({ window: 32 })
    await expect(score(request, 'yes')).rejects.toMatchObject({ code: 'model/context-window' })
    await expect(score(request, 'no')).resolves.toMatchObject({ tokens: 3 })
  })
})
