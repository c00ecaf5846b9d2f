import { describe, expect, test } from 'vitest'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { modelOver, type NetworkScript } from './scripted-network.ts'

const scoring = (script: Partial<NetworkScript> = {}) => {
  const { model, networks } = modelOver(script)
  const scores = async (...answers: readonly string[]) => (await model.score?.(request, answers))?.scores ?? []
  return { model, networks, scores, score: async (answer: string) => (await scores(answer))[0]?.logprob ?? Number.NaN }
}

const request: ModelRequest = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Is it?' },
  ],
}

describe('the score of an answer', () => {
  test('is near 0 for what the network would write, its end included', async () => {
    const { model, score } = scoring()
    expect(await model.score?.(request, ['yes', 'no'])).toMatchObject({
      scores: [{ tokens: 4 }, { tokens: 3 }],
      usage: { calls: 1, inputTokens: 17 + 13 + 3 + 2 },
    })
    expect(await score('yes')).toBeCloseTo(0)
  })

  test('falls by each token that the network would not write', async () => {
    const { score } = scoring()
    expect(await score('yet')).toBeCloseTo(-100)
    expect(await score('ye')).toBeCloseTo(-100)
    expect(await score('nes!')).toBeCloseTo(-200)
  })

  test('is shared among what may come next', async () => {
    const { score } = scoring({ letters: 'ab' })
    expect(await score('ab')).toBeCloseTo(2 * Math.log(0.5) - 100 - Math.log(2))
  })

  test('is the same in a list as alone, in the order of the list, in a few steps of the network', async () => {
    const { networks, scores, score } = scoring()
    const together = await scores('yes', 'no', 'yes', '', 'yesterday')
    expect(networks[0]?.steps.length).toBeLessThanOrEqual(2)
    for (const [index, answer] of ['yes', 'no', 'yes', '', 'yesterday'].entries()) {
      expect(together[index]?.logprob).toBeCloseTo(await score(answer))
    }
    expect(together.map(({ tokens }) => tokens)).toEqual([4, 3, 4, 1, 10])
  })

  test('is refused where the window is too small for question and answer', async () => {
    const { scores } = scoring({ window: 32 })
    await expect(scores('yes')).rejects.toMatchObject({ code: 'model/context-window' })
    expect(await scores('no')).toMatchObject([{ tokens: 3 }])
  })
})
