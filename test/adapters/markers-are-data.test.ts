import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { chatAnswer } from '../../src/adapters/chat-format.ts'
import { compact } from '../../src/adapters/compact.ts'
import type { PromptFormat } from '../../src/adapters/conversation.ts'
import { json } from '../../src/adapters/json.ts'
import { jsonAnswer } from '../../src/adapters/json-format.ts'
import { twoStep } from '../../src/adapters/two-step.ts'
import { xml } from '../../src/adapters/xml.ts'
import { xmlAnswer } from '../../src/adapters/xml-format.ts'
import { predict } from '../../src/modules/predict.ts'
import type { Adapter } from '../../src/ports/adapter.ts'
import { type Message, textOf } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { markedTexts } from './marked-texts.ts'

const runs = { numRuns: 1_000 }

/** The team stands first: of two sections of a name the first counts, so that a quotation cannot replace it. */
const task = signature("ticket, history: History -> team: 'a' | 'b', quote")

const adapters: readonly (readonly [Adapter, PromptFormat['answer']])[] = [
  [chat, chatAnswer],
  [json, jsonAnswer],
  [compact, jsonAnswer],
  [xml, xmlAnswer],
]

const withTools = signature('ticket, history: History, tools: Tool[] -> thought, calls: ToolCalls')

const tools = [{ name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } }]

const turnsWith = (text: string): readonly object[] => [
  { ticket: text, team: 'b', quote: text },
  {
    ticket: text,
    tool_calls: [{ id: 'c1', name: 'look', args: { at: text } }],
    tool_call_results: [{ callId: 'c1', name: 'look', value: text }],
  },
]

const said = (messages: readonly Message[]): string => messages.map(textOf).join('\n')

describe.each(adapters)('security 34: markers in values are data for $name', (adapter, answer) => {
  test('in inputs, demos and a history they do not change what an answer parses to', async () => {
    const text = answer(task, { team: 'a', quote: 'none' })
    await fc.assert(
      fc.asyncProperty(markedTexts, async ticket => {
        const model = scriptedModel([text])
        const asked = predict(task, { demos: [{ ticket, team: 'b', quote: ticket }] })
        const fields = await asked.run(
          { ticket, history: { messages: turnsWith(ticket) as never } },
          { model, adapter },
        )
        expect(fields).toEqual({ team: 'a', quote: 'none' })
        // As it is, in a message of the user: nothing of it was interpreted.
        expect(said(model.calls[0]?.messages.filter(({ role }) => role === 'user') ?? [])).toContain(ticket)
      }),
      runs,
    )
  })

  test('quoted in an answer they do not change the field before them', () => {
    fc.assert(
      fc.property(markedTexts, quote => {
        const text = answer(task, { team: 'a', quote })
        expect(adapter.parse(task, { text, finishReason: 'stop' })).toMatchObject({ team: 'a' })
      }),
      runs,
    )
  })

  test.each([true, false])(
    'in results of tools they do not change which tools are called (native: %s)',
    async native => {
      const calls = [{ name: 'look', args: { at: 'x' } }]
      const text = answer(native ? signature('ticket -> thought') : withTools, { thought: 'hm', calls })
      const toolCalls = [{ id: 'n1', name: 'look', arguments: '{"at": "x"}' }]
      await fc.assert(
        fc.asyncProperty(markedTexts, async ticket => {
          const model = scriptedModel([native ? { text, toolCalls, finishReason: 'tool-calls' } : text], {
            capabilities: { tools: native },
          })
          const history = { messages: turnsWith(ticket) as never }
          const fields = await predict(withTools).run({ ticket, history, tools }, { model, adapter })
          expect(fields).toEqual({ thought: 'hm', calls: native ? [{ id: 'n1', ...calls[0] }] : calls })
          const sent = model.calls[0]?.messages ?? []
          const results = sent.filter(({ role }) => role === (native ? 'tool' : 'user'))
          expect(said(results)).toContain(native ? ticket : JSON.stringify(ticket))
          expect(model.calls[0]?.tools?.map(({ name }) => name)).toEqual(native ? ['look'] : undefined)
        }),
        runs,
      )
    },
  )
})

test('security 34: markers in values are data for two-step, whose second model reads what the first one said', async () => {
  await fc.assert(
    fc.asyncProperty(markedTexts, async ticket => {
      const extractor = scriptedModel([chatAnswer(task, { team: 'a', quote: 'none' })])
      const model = scriptedModel([`I would say a. The ticket reads: ${ticket}`])
      const input = { ticket, history: { messages: turnsWith(ticket) as never } }
      expect(await predict(task).run(input, { model, adapter: twoStep({ extractor }) })).toEqual({
        team: 'a',
        quote: 'none',
      })
    }),
    runs,
  )
})
