import { describe, expect, test } from 'vitest'
import { exactMatch } from '../../src/evaluation/exact-match.ts'
import { predict } from '../../src/modules/predict.ts'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { textOf } from '../../src/ports/message.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const train = [
  { text: 'A warm and funny film.', label: 'positive' },
  { text: 'Two hours I will never get back.', label: 'negative' },
  { text: 'The cast is a delight.', label: 'positive' },
  { text: 'Loud, long and empty.', label: 'negative' },
  { text: 'I laughed all the way home.', label: 'positive' },
  { text: 'The jokes fall flat.', label: 'negative' },
  { text: 'A delight from start to end.', label: 'positive' },
  { text: 'Empty and slow.', label: 'negative' },
]
const dev = [
  { text: 'A funny, warm delight.', label: 'positive' },
  { text: 'Flat and empty.', label: 'negative' },
  { text: 'I laughed.', label: 'positive' },
  { text: 'Never again.', label: 'negative' },
]

/** Knows the words of praise only once it has been shown what is wanted. */
const critic = () =>
  scriptedModel(({ messages }) => {
    const text = textOf(messages.findLast(({ role }) => role === 'user') ?? { role: 'user', content: '' })
    const shown = messages.filter(({ role }) => role === 'assistant').length
    const praises = shown >= 3 && /warm|delight|laughed/.test(text)
    return `[[ ## label ## ]]\n${praises ? 'positive' : 'negative'}\n\n[[ ## completed ## ]]`
  })

describe('the founding example', () => {
  const optimizer = bootstrapFewShot({
    maxIterations: 2,
    batchSize: train.length,
    seed: 42,
    metricThreshold: 0.8,
    maxDemos: 5,
  })
  const student = predict("text -> label: 'positive' | 'negative'")

  test('makes a program that answers better, with five demos that the program made itself', async () => {
    const model = critic()
    const { program, outcome, baseline, score } = await optimizer.optimize(student, {
      train,
      dev,
      metric: exactMatch(),
      model,
    })
    expect({ outcome, baseline, score }).toEqual({ outcome: 'finished', baseline: 0.5, score: 1 })
    expect(program.state.self?.demos).toHaveLength(5)
    expect(program.state.self?.demos.every(demo => demo.augmented)).toBe(true)
    expect(await program.run({ text: 'What a delight.' }, { model })).toEqual({ label: 'positive' })
  })

  test('tries the whole training set at once: as many calls in flight as rows', async () => {
    let inFlight = 0
    let most = 0
    const inner = critic()
    const model: typeof inner = {
      ...inner,
      async generate(request) {
        most = Math.max(most, ++inFlight)
        await Promise.resolve()
        inFlight -= 1
        return inner.generate(request)
      },
    }
    await optimizer.optimize(student, { train, metric: exactMatch(), model, concurrency: 64 })
    expect(most).toBe(train.length)
  })
})
