import { expect, test } from 'vitest'
import { z } from 'zod'
import { langChainTool } from '../../src/tools/lang-chain-tool.ts'

/** As `tool()` of @langchain/core makes them. */
const adder = (schema: Parameters<typeof langChainTool>[0]['schema']) => {
  const asked: unknown[] = []
  const invoke = async (input: { readonly a: number; readonly b: number }) => {
    asked.push(input)
    return String(input.a + input.b)
  }
  return { asked, made: langChainTool({ name: 'add', description: 'Adds two numbers.', schema, invoke }) }
}

test.each([
  ['zod', z.object({ a: z.number(), b: z.number() })],
  ['JSON', { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] }],
] as const)('a tool with a %s schema is called with checked arguments', async (_, schema) => {
  const { asked, made } = adder(schema)
  expect(made.parameters).toMatchObject({ type: 'object', required: ['a', 'b'] })
  expect(await made.call({ a: 1, b: 2 } as never)).toBe('3')
  await expect(made.call({ a: 'one', b: 2 } as never)).rejects.toMatchObject({ code: 'tool/arguments' })
  expect(asked).toEqual([{ a: 1, b: 2 }])
})

test('a failure of the tool is told as one', async () => {
  const broken = langChainTool({
    ...{ name: 'add', description: 'Adds.', schema: { type: 'object', properties: {} } },
    invoke: async () => {
      throw new Error('no network')
    },
  })
  await expect(broken.call({} as never)).rejects.toMatchObject({ code: 'tool/failed', tool: 'add' })
})
