import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { fallback } from '../../src/models/fallback.ts'
import { attemptsOf } from '../../src/models/fallback-error.ts'
import { retried } from '../../src/models/retried.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { toldClock } from '../models/told-clock.ts'
import type { Timing } from './fault.ts'
import { faultServer } from './fault-server.ts'
import { asked, deadAddress, modelAt, type Outage, outages, outOfOrder } from './outages.ts'
import { plainFaults } from './plain-faults.ts'
import { assign, ticketText } from './ticket.ts'

const timing: Timing = { latencyMs: 2, retryAfterSeconds: 1, slowMs: 3_000, attemptDeadlineMs: 500 }

// Nearly all of their time the tests wait, so they wait together.

const outage = (name: string): Outage => {
  const found = outages.find(one => one.name === name)
  if (!found) throw new Error(`No outage is called ${name}.`)
  return found
}

test.concurrent('security 17: a server that is down is a clear error in seconds, which tells what was tried', async () => {
  const { failed, untyped, requests, seconds, errors } = await outage('server down, 1 call').run(timing)
  const [error] = errors
  expect({ failed, untyped, requests }).toEqual({ failed: 1, untyped: [], requests: 4 })
  expect(seconds).toBeLessThan(60)
  expect(error?.code).toBe('model/transport')
  expect(error?.message).toMatch(
    /^The connection to lab\/sim at http:\/\/127\.0\.0\.1:\d+ failed .* It was tried 4 times within \d+ ms\.$/,
  )
})

test.concurrent.each([
  ['503 always, 1 call', 'model/server', 4],
  ['503 always, 16 calls at once', 'model/server', 64],
  ['429 with Retry-After always, 1 call', 'model/rate-limit', 4],
  ['401, 1 call', 'model/authentication', 1],
])('security 17: %s sends one request and its retries a call, nothing nested', async (name, code, most) => {
  const { ok, failed, untyped, requests, seconds, errors } = await outage(name).run(timing)
  expect({ ok, failed, untyped, requests }).toEqual({ ok: 0, failed: outage(name).calls, untyped: [], requests: most })
  expect(new Set(errors.map(error => error.code))).toEqual(new Set([code]))
  expect(seconds).toBeLessThan(60)
})

test.concurrent('security 17: retries around retries share one bound', async () => {
  const server = await outOfOrder('503', timing)
  const nested = retried(retried(retried(modelAt(server.baseUrl), { baseDelayMs: 1 }), { baseDelayMs: 1 }), {
    baseDelayMs: 1,
  })
  const { failed, errors } = await asked(nested, 1)
  await server.close()
  expect({ failed, requests: server.seen.requests }).toEqual({ failed: 1, requests: 4 })
  expect(errors[0]).toMatchObject({ attempts: 4 })
})

test.concurrent('security 17: a Retry-After beyond the deadline fails at once, and no call takes longer than its deadline', async () => {
  const server = await outOfOrder('429, Retry-After in seconds', timing)
  // Only the waits are told by this clock: how long a request takes on this machine decides nothing.
  const clock = testClock()
  const after = async (deadlineMs: number) => {
    const began = clock.now()
    let over = false
    // Nor does what is left of the deadline for the last request, which may be little: nobody rings.
    const model = modelAt(server.baseUrl, toldClock())
    const ending = asked(retried(model, { deadlineMs, clock, random: { random: () => 0.5 } }), 1).finally(() => {
      over = true
    })
    while (!over) {
      await expect.poll(() => over || clock.sleeping.length > 0).toBe(true)
      await clock.advance(clock.sleeping[0] ?? 0)
    }
    return { waitedMs: clock.now() - began, error: (await ending).errors[0] }
  }
  const atOnce = await after(900)
  expect(atOnce.waitedMs).toBe(0)
  expect(atOnce.error).toMatchObject({ code: 'model/rate-limit', attempts: 1, retryAfterMs: 1_000 })
  expect(atOnce.error?.message).toContain('It asks to wait 1000 ms, which the deadline of 900 ms does not allow.')
  const patient = await after(2_500)
  expect(patient.waitedMs).toBeLessThan(2_500)
  expect(patient.error).toMatchObject({ code: 'model/rate-limit', attempts: 3 })
  await server.close()
})

test.concurrent('an outage of many calls opens the breaker: what was under way ends, and the rest fails at once', async () => {
  const { failed, untyped, requests, seconds, errors } = await outage('503 always, 200 calls').run(timing)
  expect({ failed, untyped }).toEqual({ failed: 200, untyped: [] })
  // Four requests for each call that began before the fifth failed: 16 at once, and one for each of four that failed.
  expect(requests).toBeLessThanOrEqual(4 * (16 + 4))
  expect(seconds).toBeLessThan(60)
  const atOnce = errors.filter(error => attemptsOf(error) === 0)
  expect(atOnce.length).toBeGreaterThanOrEqual(180)
  expect(atOnce[0]).toMatchObject({ code: 'model/server', retryAfterMs: expect.any(Number) })
  expect(atOnce[0]?.message).toContain('it failed too often (model/server) and is left alone for')
})

test.concurrent('an outage of one model is no outage where there is another', async () => {
  const { ok, requests } = await outage('503 always, 200 calls, another model to fall back to').run(timing)
  expect(ok).toBe(200)
  expect(requests).toBeLessThanOrEqual(3 * (16 + 4)) // one of four attempts is kept for the other
})

test.concurrent('an outage that ends closes the breaker by one probe', async () => {
  const clock = testClock(Date.now())
  const [fault] = plainFaults.filter(({ name }) => name === '503')
  if (!fault) throw new Error('The row is gone.')
  let rate = 1
  const server = await faultServer({
    fault,
    timing,
    seed: 1,
    mostInARow: Number.POSITIVE_INFINITY,
    get rate() {
      return rate
    },
  })
  const model = fallback([modelAt(server.baseUrl)], { clock })
  expect((await asked(model, 40)).failed).toBe(40)
  const before = server.seen.requests
  rate = 0
  expect((await asked(model, 40)).failed).toBe(40)
  expect(server.seen.requests).toBe(before)
  await clock.advance(30_000)
  expect((await asked(model, 1)).ok).toBe(1)
  expect((await asked(model, 40)).ok).toBe(40)
  await server.close()
})

test.concurrent('many dead models are all named, each with why', async () => {
  const models = [retried(modelAt(deadAddress), { baseDelayMs: 1 }), modelAt(deadAddress)]
  const { errors, seconds } = await asked(fallback(models), 1)
  expect(seconds).toBeLessThan(60)
  expect(errors[0]?.message.match(/failed: model\/transport/g)).toHaveLength(2)
})

/** Takes connections and requests, and says nothing. */
const mute = async (begin: () => string | undefined = () => undefined): Promise<[Server, string]> => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const beginning = begin()
      if (beginning !== undefined) response.writeHead(200).write(beginning)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`]
}

test.concurrent.each([
  ['accepts and never answers', undefined],
  ['begins to answer and falls silent', '{"choices": ['],
])('a server that %s ends the call at the default deadline of two minutes, and is not asked again', async (_, says) => {
  const clock = testClock()
  let requests = 0
  const [server, baseUrl] = await mute(() => {
    requests += 1
    return says
  })
  let end: unknown
  const run = assign.run({ ticket: ticketText(1) }, { model: retried(modelAt(baseUrl, clock), { clock }) })
  const ended = run.catch(error => {
    end = error
  })
  await expect.poll(() => requests).toBe(1)
  await clock.advance(119_000)
  expect(end).toBeUndefined()
  await clock.advance(1_001)
  await ended
  expect(end).toMatchObject({ code: 'model/timeout', attempts: 1 })
  expect(requests).toBe(1)
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

test.concurrent('a server that never answers, in real time: one deadline covers every attempt', async () => {
  const [server, baseUrl] = await mute()
  const began = performance.now()
  const model = retried(modelAt(baseUrl), { deadlineMs: 600, attemptDeadlineMs: 150, baseDelayMs: 10 })
  const { failed, errors } = await asked(model, 1)
  expect(performance.now() - began).toBeLessThan(60_000) // the default is two minutes
  expect(failed).toBe(1)
  expect(errors[0]?.code).toBe('model/timeout')
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})
