import { describe, expect, test } from 'vitest'
import { demoLimits, whole } from '../../src/optimizers/demo-limits.ts'

describe('demoLimits', () => {
  test.each([
    [{}, { bootstrapped: 4, labeled: 16 }],
    [{ maxDemos: 5 }, { bootstrapped: 5, labeled: 5 }],
    [
      { maxDemos: 5, maxBootstrappedDemos: 2 },
      { bootstrapped: 2, labeled: 5 },
    ],
    [{ maxLabeledDemos: 0 }, { bootstrapped: 4, labeled: 0 }],
  ])('reads %j as %j', (options, limits) => {
    expect(demoLimits(options)).toEqual(limits)
  })
})

test('whole names the option and a value to write', () => {
  expect(() => whole('maxIterations', 0, 1)).toThrow(/maxIterations.*at least 1.*Write maxIterations: 4/)
})
