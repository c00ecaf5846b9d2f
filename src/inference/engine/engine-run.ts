import { RuntimeError } from '../../errors/runtime-error.ts'
import type { Network } from '../network.ts'
import { breath } from './breath.ts'
import type { EngineWork } from './engine-work.ts'
import { roomFor } from './slot-row.ts'
import { atDesk, atRow, type StepPlace } from './step-place.ts'
import { type StepPlan, stepPlan } from './step-plan.ts'
import type { TokenMemory } from './token-memory.ts'
import { comesBefore, type WaitingLine } from './waiting-line.ts'

export interface EngineLimits {
  readonly running: number
  readonly prefillTokens: number
  readonly prefillPrompts: number
}

/** The loop that computes, step by step, what is asked. */
export interface EngineRun {
  readonly running: number
  /** Goes on until nothing is left to do; while it goes, nothing happens. */
  start(): void
  /** Ends those under way with an error once the step under way is over. */
  stop(error: unknown): Promise<void>
}

export const engineRun = (
  network: Network,
  memory: TokenMemory,
  waiting: WaitingLine,
  limits: EngineLimits,
): EngineRun => {
  const { row, tree, desk, shelf } = memory
  const air = breath()
  /** In the order of their turn. */
  let running: EngineWork[] = []
  let going: Promise<void> | undefined
  /** Steps in a row that were taken apart from the answers under way. */
  let apart = 0
  let stopped: { readonly error: unknown } | undefined

  const finish = (work: EngineWork, failure?: { readonly error: unknown }): void => {
    running.splice(running.indexOf(work), 1)
    settle(work, failure)
  }

  /** Does something for a work; what it throws ends that work alone. */
  const attempt = <Result>(work: EngineWork, act: () => Result): Result | undefined => {
    try {
      return act()
    } catch (error) {
      finish(work, { error })
      return undefined
    }
  }

  const leaveAborted = (): void => {
    for (const work of running.slice()) if (work.signal.aborted) finish(work, { error: work.signal.reason })
  }

  const join = (work: EngineWork): void => {
    const place = running.findIndex(other => comesBefore(work, other))
    running.splice(place < 0 ? running.length : place, 0, work)
  }

  const admit = (): void => {
    for (let work = waiting.first; work !== undefined && running.length < limits.running; work = waiting.first) {
      if (running.length > 0) {
        const needs = running.reduce((sum, other) => sum + other.needs, work.needs)
        if (!memory.makeRoom(needs)) return
      }
      waiting.shift()
      join(work)
    }
  }

  /** Makes room for those who had none: what is kept goes first, then the last in line begins again later. */
  const relieve = (): void => {
    memory.tidy()
    if (memory.makeRoom(running.length + 8)) return
    const last = running.at(-1)
    if (last === undefined || running.length === 1) {
      if (!memory.makeRoom(1)) throw stuck()
      return
    }
    running.pop()
    last.suspend()
    waiting.add(last)
    memory.tidy()
  }

  /** Where to compute next, and who: prompts apart while there are some, but not for long while answers wait. */
  const nextPlace = (): { readonly place: StepPlace; readonly prompts: number } => {
    const first = running.find(work => work.isReading)
    const inRow = { place: atRow(memory), prompts: limits.prefillPrompts }
    if (first === undefined) return inRow
    const isCrowded = row.top - tree.depth(first.leaf) > crowd
    const slots = Math.max(desk.slots, roomFor(tree.depth(first.leaf) + limits.prefillTokens))
    if (!network.branches || !isCrowded || !row.fits(roomFor(row.top + limits.prefillTokens), slots + shelf.slots))
      return inRow
    if (apart >= stepsApart && running.some(work => !work.isReading)) return { ...inRow, prompts: 0 }
    return { place: atDesk(memory, first.leaf, limits.prefillTokens), prompts: limits.prefillPrompts }
  }

  const gather = (): { readonly step: StepPlan; readonly isStarved: boolean } => {
    for (const work of running.slice()) attempt(work, () => work.takeUp())
    memory.tidy()
    memory.shelve()
    const { place, prompts } = nextPlace()
    const step = stepPlan(memory, network, place, { rows: limits.prefillTokens, prompts })
    let isStarved = false
    for (const work of running.slice()) {
      if (place.isApart && !(work.isReading && step.reaches(work.leaf))) continue
      if (!work.plan(step)) isStarved = true
    }
    apart = place.isApart ? apart + 1 : 0
    return { step, isStarved }
  }

  const compute = async (step: StepPlan): Promise<Float32Array> => {
    const computed = step.compute()
    for (const work of running.slice()) attempt(work, () => work.prepare())
    return await computed
  }

  const advance = async (): Promise<void> => {
    const { step, isStarved } = gather()
    const logits = step.size === 0 ? nothing : await compute(step)
    if (stopped !== undefined) return
    const before = running.length
    for (const work of running.slice()) {
      if (!work.signal.aborted && attempt(work, () => work.read(step, logits))) finish(work)
    }
    if (isStarved) relieve()
    else if (step.size === 0 && running.length === before && before > 0) throw stuck()
  }

  const fail = (error: unknown): void => {
    const works = running
    running = []
    for (const work of works) settle(work, { error: work.signal.aborted ? work.signal.reason : error })
    memory.clear()
  }

  const go = async (): Promise<void> => {
    // Calls of one turn begin together.
    await Promise.resolve()
    while (stopped === undefined) {
      leaveAborted()
      admit()
      if (running.length === 0) break
      try {
        await advance()
      } catch (error) {
        fail(error)
      }
      await air.take()
    }
    if (stopped !== undefined) fail(stopped.error)
    going = undefined
  }

  return {
    get running() {
      return running.length
    },
    start() {
      if (stopped === undefined) going ??= go()
    },
    async stop(error) {
      stopped ??= { error }
      await going
      memory.clear()
    },
  }
}

/** Slots of others below a prompt from which on it is read apart. */
const crowd = 64

/** Steps for prompts alone, one after the other, while answers wait. */
const stepsApart = 8

const nothing = new Float32Array(0)

const settle = (work: EngineWork, failure: { readonly error: unknown } | undefined): void => {
  try {
    work.end()
  } catch (error) {
    work.reject(error)
    return
  }
  if (failure === undefined) work.resolve()
  else work.reject(failure.error)
}

const stuck = (): RuntimeError =>
  new RuntimeError('runtime/failed', 'The engine had answers to compute and found nothing to do. Please report this.')
