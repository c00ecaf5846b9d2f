import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import type { HostileAnswer } from './hostile-answers.ts'
import { assign, ticketText } from './ticket.ts'

/** What a hostile answer did. */
export interface HostileTrial {
  /** The code of the error, `answer` when there was one, `untyped` when the error is none of Kkachi's. */
  readonly outcome: string
  /** All that printing the error shows. */
  readonly shown: string
  readonly ms: number
  /** The longest time that nothing else could run, in milliseconds of work: that the machine was busy does not count. */
  readonly blockedMs: number
  /** Growth of what the process holds. */
  readonly mebibytes: number
}

/** Asks through `retried(openaiCompatible())` at a server of another process. */
export const hostileTrial = async (origin: string, answer: HostileAnswer): Promise<HostileTrial> => {
  const { key, reading, format, deadlineMs } = answer
  const direct = openaiCompatible({ model: 'sim', baseUrl: `${origin}/${key}/v1`, apiKey: 'sk-laboratory' })
  const context = {
    model: retried(direct, { baseDelayMs: 1, ...(deadlineMs === undefined ? {} : { deadlineMs }) }),
    adapter: format === 'json' ? json : chat,
  }
  const input = { ticket: ticketText(7) }
  const before = process.memoryUsage.rss()
  const longestTurn = watchTurns()
  const began = performance.now()
  let error: unknown
  try {
    if (reading === 'stream') for await (const _ of assign.stream(input, context));
    else await assign.run(input, context)
  } catch (thrown) {
    error = thrown
  }
  const ms = performance.now() - began
  return {
    outcome: error === undefined ? 'answer' : KkachiError.is(error) ? error.code : 'untyped',
    shown: error === undefined ? '' : inspect(error, { depth: 20, showHidden: true }),
    ms,
    blockedMs: await longestTurn(),
    mebibytes: (process.memoryUsage.rss() - before) / 2 ** 20,
  }
}

/** Watches how much work is done between two turns of a timer; ends with the most. */
const watchTurns = (): (() => Promise<number>) => {
  const worked = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let last = worked()
  let most = 0
  const turn = (): void => {
    const now = worked()
    most = Math.max(most, now - last)
    last = now
  }
  const timer = setInterval(turn, 1)
  return async () => {
    await new Promise(resolve => setTimeout(resolve, 5)) // what was done last is seen by the next turn
    clearInterval(timer)
    return most
  }
}

export interface HostileServer {
  readonly origin: string
  close(): void
}

/** Starts the server in a process of its own, so that what it does does not count as its reader's. */
export const hostileServer = async (): Promise<HostileServer> => {
  const file = join(import.meta.dirname, 'hostile-server.ts')
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [port] = await once(server.stdout, 'data')
  return { origin: `http://127.0.0.1:${String(port).trim()}`, close: () => void server.kill() }
}
