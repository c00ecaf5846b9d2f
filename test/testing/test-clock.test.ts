import { expect, test } from 'vitest'
import { testClock } from '../../src/testing/test-clock.ts'

test('time passes only when it is moved', async () => {
  const clock = testClock(1000)
  expect(clock.now()).toBe(1000)
  await clock.advance(5)
  expect(clock.now()).toBe(1005)
})

test('sleeps end in the order of their time, each at its time', async () => {
  const clock = testClock()
  const woken: [string, number][] = []
  for (const [name, ms] of [
    ['late', 30],
    ['early', 10],
    ['never', 100],
  ] as const) {
    void clock.sleep(ms).then(() => woken.push([name, clock.now()]))
  }
  await clock.advance(50)
  expect(woken).toEqual([
    ['early', 10],
    ['late', 30],
  ])
  expect(clock.sleeping).toEqual([50])
})

test('a loop of sleeps is advanced through in one step', async () => {
  const clock = testClock()
  let rounds = 0
  void (async () => {
    for (;;) {
      await clock.sleep(10)
      rounds += 1
    }
  })()
  await clock.advance(55)
  expect(rounds).toBe(5)
})

test('an abort ends a sleep with its reason', async () => {
  const clock = testClock()
  const controller = new AbortController()
  const sleep = clock.sleep(10, controller.signal).catch(error => error)
  const reason = new Error('enough')
  controller.abort(reason)
  expect(await sleep).toBe(reason)
  expect(await clock.sleep(10, controller.signal).catch(error => error)).toBe(reason)
  expect(clock.sleeping).toEqual([])
})

test('an alarm rings at its time, among the sleeps, unless it was hushed', async () => {
  const clock = testClock()
  const rung: number[] = []
  clock.alarm(20, () => rung.push(clock.now()))
  const hush = clock.alarm(10, () => rung.push(clock.now()))
  expect(clock.sleeping).toEqual([20, 10])
  hush()
  await clock.advance(15)
  expect(rung).toEqual([])
  await clock.advance(15)
  expect(rung).toEqual([20])
})
