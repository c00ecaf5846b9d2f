import { ModelError } from '../../errors/model-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { InferenceEngine } from '../generation.ts'
import type { Network } from '../network.ts'
import { answerWork, type WorkPlace } from './answer-work.ts'
import { engineRun } from './engine-run.ts'
import type { EngineWork } from './engine-work.ts'
import { scoringWork } from './scoring-work.ts'
import { tokenMemory } from './token-memory.ts'
import { waitingLine } from './waiting-line.ts'

export interface InferenceEngineOptions {
  /** Attention memory at most, in bytes; 256 MiB when absent. It is made only as large as is needed. */
  readonly bytes?: number
  /** Answers computed at once; 32 when absent, and one on a network without branches. */
  readonly running?: number
  /** Calls that wait for their turn; one beyond them is refused. 4096 when absent. */
  readonly waiting?: number
  /** Tokens of prompts that a step takes in beside one token of each running answer; 512 when absent. */
  readonly prefillTokens?: number
  /** Prompts that a step takes in side by side; 4 when absent. */
  readonly prefillPrompts?: number
  /** What errors call the network; `local` when absent. */
  readonly name?: string
}

/**
 * Computes many answers at a time on one network: what their prompts share is read once, what differs is packed into common
 * steps, and whoever comes or goes does so between two steps.
 *
 * 1. The beginnings that jobs call `shared` are kept as long as memory allows, the longest unused leaving first.
 * 2. Where memory runs out in the middle, the last in line begins again later, from its tokens: its answer stays the same.
 * 3. On a network without branches there is one answer at a time, which still begins where its prompt differs from what is in
 *    memory.
 *
 * @throws ModelError `model/context-window` for a prompt that leaves no room for a token of the answer; `model/rate-limit`
 * where too many wait; RuntimeError `runtime/failed` after close()
 * @example
 * const engine = inferenceEngine(network, { bytes: 2 ** 30 })
 * const { reason } = await engine.generate(job)
 */
export const inferenceEngine = (network: Network, options: InferenceEngineOptions = {}): InferenceEngine => {
  const { bytes = 256 * 2 ** 20, waiting: mostWaiting = 4096, name = 'local' } = options
  const { prefillTokens = 512, prefillPrompts = 4 } = options
  const memory = tokenMemory(network, bytes)
  const waiting = waitingLine()
  const run = engineRun(network, memory, waiting, {
    running: network.branches ? (options.running ?? 32) : 1,
    prefillTokens,
    prefillPrompts,
  })
  const room = Math.min(network.window, memory.row.capacity)
  let arrivals = 0
  let closed: Promise<void> | undefined

  const refusal = (tokens: number, slots: number): Error | undefined => {
    if (closed !== undefined) {
      return new RuntimeError('runtime/failed', `The model ${name} is closed. Load it again before it is asked.`)
    }
    if (tokens > room || slots > memory.row.capacity) {
      return new ModelError(
        'model/context-window',
        `${name} was given a prompt that needs room for ${slots} tokens with its answer. Expected at most ${room}, of ${network.window} that it was made for. Shorten the prompt${room < network.window ? ', or give it more memory' : ''}.`,
        { model: name },
      )
    }
    if (waiting.length >= mostWaiting) {
      return new ModelError(
        'model/rate-limit',
        `${mostWaiting} calls wait for ${name} already. Ask again when some are answered, or allow more to wait.`,
        { model: name },
      )
    }
    return undefined
  }

  const submit = <Result>(
    tokens: number,
    slots: number,
    signal: AbortSignal,
    work: (place: WorkPlace, resolve: (result: Result) => void, reject: (error: unknown) => void) => EngineWork,
  ): Promise<Result> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const refused = refusal(tokens, slots)
      if (refused !== undefined) throw refused
      arrivals += 1
      waiting.add(work({ memory, arrival: arrivals, room, branches: network.branches }, resolve, reject))
      run.start()
    })

  return {
    generate(job) {
      const needed = job.prompt.length + 1
      return submit(needed, needed, job.signal, (place, resolve, reject) => answerWork(job, place, resolve, reject))
    },
    score(job) {
      const { prompt, answers } = job
      const longest = prompt.length + answers.reduce((most, answer) => Math.max(most, answer.length), 0)
      // With branches all hang under the prompt at once, else one after the other.
      const slots = answers.reduce((sum, answer) => sum + answer.length, prompt.length)
      const needed = network.branches ? slots : longest
      return submit(longest, needed, job.signal, (place, resolve, reject) => scoringWork(job, place, resolve, reject))
    },
    close() {
      closed ??= (async () => {
        const error = new DOMException(`The model ${name} was closed.`, 'AbortError')
        for (const work of waiting.empty()) {
          work.end()
          work.reject(error)
        }
        await run.stop(error)
        await network.close()
      })()
      return closed
    },
    get load() {
      const { row, desk, shelf } = memory
      const bytes = (row.slots + desk.slots + shelf.slots) * network.bytesPerSlot
      return { running: run.running, waiting: waiting.length, slots: row.used + shelf.used, bytes }
    },
  }
}
