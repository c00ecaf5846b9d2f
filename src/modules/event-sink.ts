import type { Context } from '../ports/context.ts'
import type { ProgramEvent } from '../ports/module.ts'

/** What happens inside a streamed run, before its prediction. */
export type StepEvent = Exclude<ProgramEvent<never>, { readonly type: 'prediction' }>

/** Where a run tells what happens in it. */
export interface EventSink {
  /** A promise means: wait, the reader is behind. */
  (event: StepEvent): Promise<void> | undefined
  /**
   * Nobody knows yet whether what is answered will be taken: predictors tell that they run and not what they say, and
   * ask their models as a run that nobody watches.
   */
  readonly undecided?: {
    /** Tells that something runs, and keeps nothing of it. */
    readonly status: EventSink
    /** What a try inside this one answered, when it was taken. */
    readonly keep: (answered: readonly Answered[]) => void
  }
}

/** The answer of one predictor. */
export type Answered = Extract<StepEvent, { readonly type: 'predictor-finished' }>

/** Carries the sink from `stream()` down to the predictors, out of sight. A run whose context has one streams. */
export const eventSink: unique symbol = /* @__PURE__ */ Symbol('kkachi.eventSink')

export type StreamedContext = Context & { readonly [eventSink]?: EventSink }
