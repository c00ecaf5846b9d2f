import { z } from 'zod'
import type { reAct } from '../../src/modules/re-act.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts'
import { tool } from '../../src/tools/tool.ts'

const stock: Readonly<Record<string, number>> = { oolong: 12, sencha: 30 }

/** Three tools of a tea shop: one looks up, one computes, one does something that has to be approved. */
export const threeTools = (ordered: unknown[]): Parameters<typeof reAct>[1]['tools'] => [
  tool({
    name: 'price',
    description: 'The price of a tea, in cents.',
    schema: z.object({ tea: z.enum(['oolong', 'sencha']) }),
    run: ({ tea }) => stock[tea] ?? 0,
  }),
  tool({
    name: 'multiply',
    description: 'Multiplies two numbers.',
    parameters: {
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' } },
      required: ['a', 'b'],
    },
    run: ({ a, b }) => Number(a) * Number(b),
  }),
  tool({
    name: 'order',
    description: 'Orders a tea.',
    schema: z.object({ tea: z.string(), cents: z.int() }),
    needsApproval: true,
    run: given => {
      ordered.push(given)
      return { ordered: true }
    },
  }),
]

type Call = readonly [name: string, args: object]

/** What a buyer does that has seen these results. */
const nextCalls = (seen: string): readonly Call[] => {
  if (seen.includes('"ordered":true')) return [['submit', { cents: 36, note: 'ordered' }]]
  if (seen.includes('36')) return [['order', { tea: 'oolong', cents: 36 }]]
  if (seen.includes('12') && seen.includes('30')) return [['multiply', { a: 12, b: 3 }]]
  return [
    ['price', { tea: 'oolong' }],
    ['price', { tea: 'sencha' }],
  ]
}

const asText = (calls: readonly Call[]): ScriptedAnswer =>
  `[[ ## next_thought ## ]]\nnext\n\n[[ ## tool_calls ## ]]\n${JSON.stringify({ tool_calls: calls.map(([name, args]) => ({ name, args })) })}\n\n[[ ## completed ## ]]`

const asCalls = (calls: readonly Call[]): ScriptedAnswer => ({
  text: 'next',
  toolCalls: calls.map(([name, args], index) => ({ id: `${name}-${index}`, name, arguments: JSON.stringify(args) })),
  finishReason: 'tool-calls',
})

/** A model that buys tea with tools, by calls of its own or by text. */
export const buyer = (way: 'native' | 'text'): LanguageModel =>
  scriptedModel(
    ({ messages }) => {
      const seen = messages.slice(2).map(textOf).join('\n')
      return (way === 'native' ? asCalls : asText)(nextCalls(seen))
    },
    { capabilities: { tools: way === 'native' } },
  )

/** The same, one call at a time, as `reActTrajectory` asks for them. */
export const steadyBuyer = (): LanguageModel =>
  scriptedModel(({ messages }) => {
    const seen = textOf(messages.at(-1) ?? { role: 'user', content: '' })
    const [first, second] = nextCalls(seen)
    const [name, args] = seen.includes('12') ? (second ?? first ?? ['finish', {}]) : (first ?? ['finish', {}])
    const [next, given] = name === 'submit' ? ['finish', {}] : [name, args]
    return `[[ ## next_thought ## ]]\nnext\n\n[[ ## next_tool_name ## ]]\n${next}\n\n[[ ## next_tool_args ## ]]\n${JSON.stringify(given)}\n\n[[ ## reasoning ## ]]\nadded\n\n[[ ## cents ## ]]\n36\n\n[[ ## note ## ]]\nordered\n\n[[ ## completed ## ]]`
  })
