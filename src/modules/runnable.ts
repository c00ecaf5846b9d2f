import type { Context } from '../ports/context.ts'

/** What runs on an input: a module, or a child as `forward` gets it, which has its context already. */
export type Runnable<Input, Output> =
  | { run(input: Input, context: Context): Promise<Output> }
  | ((input: Input, override?: Partial<Context>) => Promise<Output>)

/** A runnable of any types. */
export type AnyRunnable =
  | { run(input: never, context: Context): Promise<unknown> }
  | ((input: never, override?: Partial<Context>) => Promise<unknown>)

/** The input of a runnable. */
export type InputFor<Run> = Run extends { run(input: infer Input, context: Context): unknown }
  ? Input
  : Run extends (input: infer Input, ...rest: never) => unknown
    ? Input
    : never

/** What a runnable gives. */
export type OutputFrom<Run> = Run extends { run(input: never, context: Context): Promise<infer Output> }
  ? Output
  : Run extends (input: never, ...rest: never) => Promise<infer Output>
    ? Output
    : never
