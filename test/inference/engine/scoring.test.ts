import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferenceEngine } from '../../../src/inference/engine/inference-engine.ts'
import type { AttentionMemory, Network } from '../../../src/inference/network.ts'
import { plainJob, range } from './asked-plainly.ts'
import { ask, randomMix } from './random-mix.ts'
import { toyNetwork } from './toy-network.ts'

const signal = new AbortController().signal

/** The log-probability of each token of a text after those before it, one pass over the whole. */
const passed = async (
  network: Network,
  tokens: readonly number[],
): Promise<(token: number, place: number) => number> => {
  const memory: AttentionMemory = network.memory(tokens.length)
  const rows = { tokens, positions: range(0, tokens.length), at: 0, keep: tokens.length }
  const logits = await network.step(memory, rows)
  memory.free()
  return (token, place) => {
    const row = logits.subarray(place * network.vocabularySize, (place + 1) * network.vocabularySize)
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0)
    return Math.exp(row[token] ?? 0) / total
  }
}

const plainScore = async (
  prompt: readonly number[],
  answer: readonly number[],
  endTokens: ReadonlySet<number>,
): Promise<number> => {
  const probability = await passed(toyNetwork(), [...prompt, ...answer])
  const last = prompt.length - 1
  let sum = 0
  for (const [index, token] of answer.entries()) sum += Math.log(probability(token, last + index))
  if (endTokens.size === 0) return sum
  return sum + Math.log([...endTokens].reduce((all, token) => all + probability(token, last + answer.length), 0))
}

const token = fc.integer({ min: 1, max: 6 })
const answers = fc.array(fc.array(token, { maxLength: 6 }), { minLength: 1, maxLength: 8 })

describe('scoring', () => {
  test.each([true, false])('gives what one pass over each answer gives (branches: %s)', branches =>
    fc.assert(
      fc.asyncProperty(
        fc.array(token, { minLength: 1, maxLength: 30 }),
        answers,
        fc.constantFrom([], [0], [0, 7]),
        fc.integer({ min: 1, max: 40 }),
        async (prompt, asked, ends, prefillTokens) => {
          const endTokens = new Set(ends)
          const engine = inferenceEngine(toyNetwork({ branches }), { prefillTokens })
          const job = { prompt, shared: 3, answers: asked, endTokens, priority: 0, signal }
          const scores = await engine.score(job)
          expect(await engine.score(job)).toEqual(scores)
          for (const [index, answer] of asked.entries()) {
            expect(scores[index]).toBeCloseTo(await plainScore(prompt, answer, endTokens), 4)
          }
        },
      ),
      { numRuns: 40 },
    ),
  )

  test('computes what answers share once, and all of them in one step', async () => {
    const network = toyNetwork()
    const job = { prompt: range(1, 11), shared: 0, answers: [[1, 2, 3], [1, 2, 4], [5]], endTokens: new Set([0]) }
    await inferenceEngine(network).score({ ...job, priority: 0, signal })
    expect(network.steps.map(({ tokens, keep }) => [tokens.length, keep])).toEqual([[10 + 5, 1 + 5]])
  })

  test('takes more answers than fit into a step', async () => {
    const many = range(0, 200).map(index => [1 + (index % 7), 1 + (index % 31), 2])
    const endTokens = new Set([0])
    const engine = inferenceEngine(toyNetwork({ window: 4096 }), { prefillTokens: 50 })
    const scores = await engine.score({
      prompt: range(1, 40),
      shared: 0,
      answers: many,
      endTokens,
      priority: 0,
      signal,
    })
    for (const index of [0, 99, 199]) {
      expect(scores[index]).toBeCloseTo(await plainScore(range(1, 40), many[index] ?? [], endTokens), 4)
    }
    expect(engine.load.running).toBe(0)
  })

  test('goes on among answers under way, in little memory', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 120, max: 400 }), async (seed, slots) => {
        const jobs = randomMix(seed, { vocabularySize: 48, jobs: 8, prompt: 50, answer: 20 })
        const engine = inferenceEngine(toyNetwork(), { bytes: slots * 4 })
        const endTokens = new Set([0])
        const asked = [[1, 2, 3], [1, 2], [4]]
        const scored = jobs.map(({ prompt }) =>
          engine.score({ prompt, shared: 0, answers: asked, endTokens, priority: 1, signal }),
        )
        const together = await Promise.all(jobs.map(job => ask(engine, job)))
        const alone = await Promise.all(jobs.map(job => ask(inferenceEngine(toyNetwork()), job)))
        expect(together.map(({ tokens }) => tokens)).toEqual(alone.map(({ tokens }) => tokens))
        for (const [index, scores] of (await Promise.all(scored)).entries()) {
          const { prompt = [] } = jobs[index] ?? {}
          expect(scores[0]).toBeCloseTo(await plainScore(prompt, [1, 2, 3], endTokens), 4)
        }
        await engine.generate(plainJob([1]))
      }),
      { numRuns: 20 },
    ))

  test('refuses what does not fit', async () => {
    const engine = inferenceEngine(toyNetwork({ window: 20 }))
    const job = { prompt: range(1, 15), shared: 0, answers: [range(1, 9)], endTokens: new Set([0]) }
    await expect(engine.score({ ...job, priority: 0, signal })).rejects.toMatchObject({ code: 'model/context-window' })
  })
})
