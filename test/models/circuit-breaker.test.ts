import { expect, test } from 'vitest'
import { circuitBreaker } from '../../src/models/circuit-breaker.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const opened = async (failures = 2) => {
  const clock = testClock()
  const breaker = circuitBreaker({ failures, cooldownMs: 1000, clock })
  for (let failed = 0; failed < failures; failed += 1) breaker.enter()?.failed('model/server')
  return { clock, breaker }
}

test('it opens after so many failures in a row', () => {
  const breaker = circuitBreaker({ failures: 2, cooldownMs: 1000, clock: testClock() })
  breaker.enter()?.failed('model/server')
  breaker.enter()?.succeeded()
  breaker.enter()?.failed('model/server')
  expect(breaker).toMatchObject({ waitMs: 0, failure: 'model/server' })
  breaker.enter()?.failed('model/server')
  expect(breaker.waitMs).toBe(1000)
  expect(breaker.enter()).toBeUndefined()
})

test('after the cooldown one probe goes through, and its success closes it', async () => {
  const { clock, breaker } = await opened()
  await clock.advance(1000)
  const probe = breaker.enter()
  expect(probe).toBeDefined()
  expect(breaker.enter()).toBeUndefined()
  probe?.succeeded()
  breaker.enter()?.failed('model/server')
  expect(breaker.enter()).toBeDefined()
})

test('a probe that fails opens it anew, at once', async () => {
  const { clock, breaker } = await opened()
  await clock.advance(1000)
  breaker.enter()?.failed('model/server')
  expect(breaker.waitMs).toBe(1000)
})

test('a probe that decides nothing leaves the next one to decide', async () => {
  const { clock, breaker } = await opened()
  await clock.advance(1000)
  breaker.enter()?.undecided()
  expect(breaker.enter()).toBeDefined()
})

test('a trial has one end', async () => {
  const breaker = circuitBreaker({ failures: 2, cooldownMs: 1000, clock: testClock() })
  const trial = breaker.enter()
  trial?.failed('model/server')
  trial?.failed('model/server')
  expect(breaker.waitMs).toBe(0)
})

test('calls begun before it opened neither open nor close it', async () => {
  const clock = testClock()
  const breaker = circuitBreaker({ failures: 1, cooldownMs: 1000, clock })
  const [failing, late, fine] = [breaker.enter(), breaker.enter(), breaker.enter()]
  failing?.failed('model/server')
  await clock.advance(600)
  late?.failed('model/server')
  expect(breaker.waitMs).toBe(400)
  fine?.succeeded()
  expect(breaker.waitMs).toBe(400)
})
