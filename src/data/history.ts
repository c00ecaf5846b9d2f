import type { Example } from './example.ts'

/**
 * The turns before this one, oldest first: each a row with the signature's fields.
 *
 * A turn may hold `tool_calls` (or an output of type `ToolCalls`) and `tool_call_results`: where the model takes tools
 * they travel as calls and results, otherwise as text. A turn without inputs is the model's own: no user message.
 */
export type HistoryValue = readonly Example[] | { readonly messages: readonly Example[] }
