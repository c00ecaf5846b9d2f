import { expect, test } from 'vitest'
import { systemClock } from '../../src/ports/system-clock.ts'

test('a sleep takes its time', async () => {
  const began = systemClock.now()
  await systemClock.sleep(20)
  expect(systemClock.now() - began).toBeGreaterThanOrEqual(18)
})

test('an abort ends a sleep at once with its reason', async () => {
  const controller = new AbortController()
  const sleep = systemClock.sleep(60_000, controller.signal).catch(error => error)
  const reason = new Error('enough')
  controller.abort(reason)
  expect(await sleep).toBe(reason)
  expect(await systemClock.sleep(60_000, controller.signal).catch(error => error)).toBe(reason)
})

test('a sleep longer than timers can hold does not end at once', async () => {
  const controller = new AbortController()
  let woke = false
  systemClock.sleep(2 ** 40, controller.signal).then(
    () => {
      woke = true
    },
    () => {},
  )
  await systemClock.sleep(20)
  expect(woke).toBe(false)
  controller.abort()
})

test('an alarm rings once, and not when it was hushed', async () => {
  const rung: string[] = []
  systemClock.alarm(5, () => rung.push('kept'))
  systemClock.alarm(5, () => rung.push('hushed'))()
  await systemClock.sleep(30)
  expect(rung).toEqual(['kept'])
})
