import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { fallback } from '../../src/models/fallback.ts'
import { attemptsOf } from '../../src/models/fallback-error.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import type { Timing } from './fault.ts'
import { type FaultServer, faultServer } from './fault-server.ts'
import { plainFaults } from './plain-faults.ts'
import { assign, ticketText } from './ticket.ts'

/** What came of calls during an outage. */
export interface OutageTrial {
  readonly ok: number
  readonly failed: number
  readonly untyped: readonly unknown[]
  readonly seconds: number
  /** Requests that the server saw. */
  readonly requests: number
  /** The typed ones, in the order in which calls failed. */
  readonly errors: readonly KkachiError[]
}

export interface Outage {
  readonly name: string
  readonly calls: number
  readonly run: (timing: Timing) => Promise<OutageTrial>
}

/** How the model of an outage is wrapped. */
export type Wrapping = (model: LanguageModel) => LanguageModel

/** Asks `calls` times, 16 at once. */
export const asked = async (model: LanguageModel, calls: number): Promise<Omit<OutageTrial, 'requests'>> => {
  const began = performance.now()
  let ok = 0
  const errors: unknown[] = []
  const numbers = Array.from({ length: calls }, (_, number) => number).values()
  const work = async (): Promise<void> => {
    for (const number of numbers) {
      try {
        await assign.run({ ticket: ticketText(number) }, { model })
        ok += 1
      } catch (error) {
        errors.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, work))
  return {
    ok,
    failed: errors.length,
    untyped: errors.filter(error => !KkachiError.is(error)),
    seconds: (performance.now() - began) / 1000,
    errors: errors.filter(error => KkachiError.is(error)),
  }
}

/** A server that always does the same wrong thing. */
export const outOfOrder = (name: string, timing: Timing): Promise<FaultServer> => {
  const fault = plainFaults.find(one => one.name === name)
  if (!fault) throw new Error(`No fault is called ${name}.`)
  return faultServer({ fault, timing, seed: 1, rate: 1, mostInARow: Number.POSITIVE_INFINITY })
}

/** The model of a server. */
export const modelAt = (baseUrl: string, clock?: Clock): LanguageModel =>
  openaiCompatible({ model: 'sim', baseUrl, apiKey: 'sk-laboratory', provider: 'lab', ...(clock ? { clock } : {}) })

const during = (fault: string, name: string, calls: number, wrapping: Wrapping = retried): Outage => ({
  name,
  calls,
  async run(timing) {
    const server = await outOfOrder(fault, timing)
    try {
      return { ...(await asked(wrapping(modelAt(server.baseUrl)), calls)), requests: server.seen.requests }
    } finally {
      await server.close()
    }
  },
})

/** An address at which nobody listens: a port that has no service and is given to no test by chance. */
export const deadAddress = 'http://127.0.0.1:2/v1'

/** A server that takes every request and says nothing, asked once with all defaults: a trial of minutes. */
export const neverAnswered = async (): Promise<OutageTrial> => {
  let requests = 0
  const server = createServer(request => {
    requests += 1
    request.resume()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const trial = await asked(retried(modelAt(`http://127.0.0.1:${port}/v1`)), 1)
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  return { ...trial, requests }
}

const breaking: Wrapping = model => fallback([retried(model)])

/** The rows of "Outage". */
export const outages: readonly Outage[] = [
  {
    name: 'server down, 1 call',
    calls: 1,
    async run() {
      const trial = await asked(retried(modelAt(deadAddress)), 1)
      return { ...trial, requests: attemptsOf(trial.errors[0]) }
    },
  },
  during('503', '503 always, 1 call', 1),
  during('503', '503 always, 16 calls at once', 16),
  during('503', '503 always, 200 calls', 200, breaking),
  {
    name: '503 always, 200 calls, another model to fall back to',
    calls: 200,
    async run(timing) {
      const [broken, well] = [await outOfOrder('503', timing), await outOfOrder('no fault', timing)]
      try {
        const model = fallback([retried(modelAt(broken.baseUrl)), retried(modelAt(well.baseUrl))])
        return { ...(await asked(model, 200)), requests: broken.seen.requests }
      } finally {
        await Promise.all([broken.close(), well.close()])
      }
    },
  },
  during('429, Retry-After in seconds', '429 with Retry-After always, 1 call', 1),
  during('401', '401, 1 call', 1),
]
