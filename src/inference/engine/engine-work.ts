import type { StepPlan } from './step-plan.ts'

/** What is asked of the engine, as its loop sees it. */
export interface EngineWork {
  readonly priority: number
  /** Counted up with each that arrives. */
  readonly arrival: number
  readonly signal: AbortSignal
  /** Slots it needs to go on for a while. */
  readonly needs: number
  /** The node after which it goes on. */
  readonly leaf: number
  /** Whether it has a prompt to read, or much of one. */
  readonly isReading: boolean
  /** Takes hold of what is in memory; before others are forgotten. */
  takeUp(): void
  /** Adds what it is to compute; false when it could not for want of room. */
  plan(step: StepPlan): boolean
  /** What is better done while the network computes. */
  prepare(): void
  /** Reads what was computed for it; true when it is over. */
  read(step: StepPlan, logits: Float32Array): boolean
  /** Lets go of its memory, to compute it again when it goes on. */
  suspend(): void
  /** Over, whatever the end: gives back what it has. Once. */
  end(): void
  resolve(): void
  reject(error: unknown): void
}
