import type { Adapter } from '../ports/adapter.ts'
import type { Context } from '../ports/context.ts'

/**
 * Carries a change of the prompt format down to the predictors, out of sight: whatever format a child, a state or a call
 * brings, it is changed.
 */
export const promptHook: unique symbol = /* @__PURE__ */ Symbol('kkachi.promptHook')

export type HookedContext = Context & { readonly [promptHook]?: (adapter: Adapter) => Adapter }

/** The format as the run that `context` belongs to has it. */
export const hooked = (adapter: Adapter, context: HookedContext): Adapter => context[promptHook]?.(adapter) ?? adapter
