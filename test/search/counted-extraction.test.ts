import { expect, test } from 'vitest'
import { twoStep } from '../../src/adapters/two-step.ts'
import { predict } from '../../src/modules/predict.ts'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

test.each([3, 7, 40])('a budget of %d calls bounds those of both models of twoStep', async calls => {
  const thinker = scriptedModel(() => 'It is fine, I would say.')
  const extractor = scriptedModel(() => '[[ ## label ## ]]\nfine\n\n[[ ## completed ## ]]')
  const train = Array.from({ length: 8 }, (_, index) => ({ text: `Text ${index}`, label: 'fine' }))
  const { calls: told } = await bootstrapFewShot()
    .optimize(predict('text -> label'), {
      ...{ train, model: thinker, adapter: twoStep({ extractor }) },
      ...{ metric: () => 1, budget: { calls }, seed: 1 },
    })
    .then(
      result => ({ calls: result.calls }),
      () => ({ calls: undefined }),
    )
  const sent = thinker.calls.length + extractor.calls.length
  expect(sent).toBeLessThanOrEqual(calls)
  if (told !== undefined) expect(told).toBe(sent)
})
