import { type Tool, tool } from '../../src/index.ts'
import { textOf } from '../../src/ports/message.ts'
import type { ScriptedModel } from '../../src/testing/index.ts'
import type { JsonSchemaToolOptions } from '../../src/tools/tool.ts'

/** An answer as the chat format writes it. */
export const fields = (values: Readonly<Record<string, string>>): string =>
  `${Object.entries(values)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}`)
    .join('\n\n')}\n\n[[ ## completed ## ]]`

export const program = (generated_code: string): string => fields({ reasoning: 'r', generated_code })
export const piece = (generated_code: string, finished = false): string =>
  fields({ generated_code, finished: `${finished}` })
export const step = (code: string): string => fields({ reasoning: 'r', code })
export const answer: string = fields({ reasoning: 'read it', answer: '42' })

/** What a call was asked, as one text. */
export const asked = ({ calls }: ScriptedModel, call: number): string =>
  (calls[call]?.messages ?? []).map(textOf).join('\n')

export const searching: JsonSchemaToolOptions<unknown> = {
  name: 'search-docs',
  description: 'Searches the documents.',
  parameters: {
    type: 'object',
    properties: { query: { type: 'string' }, limit: { type: 'integer' } },
    required: ['query'],
  },
  run: ({ query, limit }) => [`${query} of ${limit ?? 'many'}`],
}
export const search: Tool = tool(searching)
