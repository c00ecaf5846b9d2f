import type { Adapter, AdapterPrompt } from '../ports/adapter.ts'

/** The adapter, with a say about which tool the model has to call, where tools are offered in the request. */
export const choosingAdapter = (adapter: Adapter, toolChoice: NonNullable<AdapterPrompt['toolChoice']>): Adapter => ({
  ...adapter,
  format: call => {
    const prompt = adapter.format(call)
    return prompt.tools === undefined ? prompt : { ...prompt, toolChoice }
  },
  ...(adapter.forState === undefined
    ? undefined
    : { forState: state => choosingAdapter(adapter.forState?.(state) ?? adapter, toolChoice) }),
})
