import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferenceEngine } from '../../../src/inference/engine/inference-engine.ts'
import { plainJob, range } from './asked-plainly.ts'
import { ask, randomMix } from './random-mix.ts'
import { type ToyConstraint, toyConstraint } from './toy-constraint.ts'
import { toyNetwork } from './toy-network.ts'

const pieces = [
  [7, 8, 9],
  [10, 11],
  [12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
]
const isFree = (token: number): boolean => token >= 30

describe('an answer under a constraint', () => {
  test('reads what is forced and draws the rest', async () => {
    const network = toyNetwork()
    const job = plainJob(range(1, 10), {
      maxTokens: 40,
      endTokens: new Set([0]),
      constraint: () => toyConstraint(pieces, isFree),
    })
    const end = await inferenceEngine(network).generate(job)
    const [one, other] = [job.tokens[3] ?? 0, job.tokens[6] ?? 0]
    expect(job.tokens).toEqual([7, 8, 9, one, 10, 11, other, ...range(12, 22)])
    expect([isFree(one), isFree(other)]).toEqual([true, true])
    expect(end).toEqual({ reason: 'end', tokens: 18, reused: 0 })
    // Two tokens were drawn and the end: a step each.
    expect(network.steps.map(({ tokens }) => tokens.length)).toEqual([9 + 3, 3, 11])
  })

  test('tells forced tokens without log-probabilities, and drawn ones before the grammar', async () => {
    const told: (number | undefined)[] = []
    const job = plainJob(range(1, 10), {
      topLogprobs: 48,
      constraint: () => toyConstraint([[7], [8]], token => token === 30),
      onToken: ({ logprobs }) => {
        told.push(logprobs?.top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0))
        return false
      },
    })
    await inferenceEngine(toyNetwork()).generate(job)
    expect(told.map(sum => sum?.toFixed(4))).toEqual([undefined, '1.0000', undefined, '1.0000'])
  })

  test.each([true, false])('is the same in any company (branches: %s)', branches =>
    fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 90, max: 600 }), async (seed, slots) => {
        const jobs = randomMix(seed, { vocabularySize: 48, jobs: 8, prompt: 40, answer: 30 })
        const asking = { constraint: () => toyConstraint(pieces, isFree) }
        const engine = inferenceEngine(toyNetwork({ branches }), { bytes: slots * 4, prefillTokens: 16 })
        const together = await Promise.all(jobs.map(job => ask(engine, job, asking)))
        const alone = await Promise.all(jobs.map(job => ask(inferenceEngine(toyNetwork()), job, asking)))
        expect(together.map(({ tokens }) => tokens)).toEqual(alone.map(({ tokens }) => tokens))
      }),
      { numRuns: 25 },
    ),
  )

  test('frees its constraint once, whatever the end', async () => {
    const made: ToyConstraint[] = []
    const constraint = (): ToyConstraint => {
      made.push(toyConstraint(pieces, isFree))
      return made.at(-1) ?? toyConstraint([], isFree)
    }
    const engine = inferenceEngine(toyNetwork({ failsAt: step => step === 4 }))
    const abort = new AbortController()
    await engine.generate(plainJob([1], { constraint }))
    await engine.generate(plainJob([1], { constraint, onToken: () => true }))
    const aborted = engine.generate(plainJob([2], { constraint, signal: abort.signal, maxTokens: 40 }))
    await Promise.resolve().then(() => abort.abort(new Error('enough')))
    await expect(aborted).rejects.toThrow('enough')
    await expect(
      engine.generate(
        plainJob([3], {
          constraint,
          onToken: () => {
            throw new Error('the reader broke')
          },
        }),
      ),
    ).rejects.toThrow('the reader broke')
    expect(made.map(({ isFreed }) => isFreed)).toEqual(made.map(() => true))
  })

  test('a constraint that cannot be made ends its own job alone', async () => {
    const engine = inferenceEngine(toyNetwork())
    const well = engine.generate(plainJob([1, 2]))
    const ill = engine.generate(
      plainJob([1, 2], {
        constraint: () => {
          throw new RangeError('no such grammar')
        },
      }),
    )
    await expect(ill).rejects.toThrow('no such grammar')
    expect((await well).tokens).toBe(4)
  })
})
