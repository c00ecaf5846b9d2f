import type { Adapter } from '../ports/adapter.ts'

/** The adapter, but the model has to call the tool of this name, where tools are offered in the request. */
export const forcedAdapter = (adapter: Adapter, name: string): Adapter => ({
  ...adapter,
  format: call => {
    const prompt = adapter.format(call)
    return prompt.tools === undefined ? prompt : { ...prompt, toolChoice: { name } }
  },
})
