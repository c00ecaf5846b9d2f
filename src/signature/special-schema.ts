import type { JsonSchema } from '../data/json.ts'

/** The JSON schema of what a model writes for a special type; anything for a type it cannot write. */
export const specialSchema = (name: string | undefined): JsonSchema => {
  switch (name) {
    case 'Code':
    case 'Reasoning':
      return { type: 'string' }
    case 'ToolCalls':
      return listOf({ name: { type: 'string' }, args: { type: 'object' } })
    case 'Citations':
      return listOf({ documentIndex: { type: 'integer', minimum: 0 }, citedText: { type: 'string' } })
    default:
      return {}
  }
}

const listOf = (properties: JsonSchema): JsonSchema => ({
  type: 'array',
  items: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
})
