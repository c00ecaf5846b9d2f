import { statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { localModel } from '../../node/index.ts'
import { predict, usageOf } from '../../src/index.ts'
import { trainedWording, wordingHash } from '../../training/wording-hash.ts'

describe('the model in the repository', () => {
  test('was trained on the wording that the adapters have today', () => {
    // Another hash means: train it again (training/README.md), or take the change of the wording back.
    expect(trainedWording()).toEqual(wordingHash())
  })

  test('is a few megabytes', () => {
    expect(statSync(new URL('../../models/nano/onnx/model.onnx', import.meta.url)).size).toBeLessThan(5_000_000)
  })

  test('answers in the format it is asked in, and says what it read and wrote', async () => {
    const classify = predict('text -> label', { instructions: 'Decide whether the message is spam or ham.' })
    const model = localModel('nano')
    const [junk, honest] = [
      await classify.run({ text: 'Claim your prize and your voucher today!' }, { model }),
      await classify.run({ text: 'The meeting and the lunch are on Monday.' }, { model }),
    ]
    expect([junk.label, honest.label]).toEqual(['spam', 'ham'])
    expect(usageOf(junk)).toMatchObject({ calls: 1, cachedCalls: 0 })
    expect(usageOf(junk).inputTokens).toBeGreaterThan(50)
  })
})
