import { describe, expect, test } from 'vitest'
import { bringTextLibraries } from '../../../src/inference/bring-text-libraries.ts'
import { type ChatTemplate, chatTemplate } from '../../../src/inference/chat/chat-template.ts'
import { markedMessage, markedTool } from '../../../src/inference/chat/marked-messages.ts'
import type { Message, ToolDefinition } from '../../../src/ports/message.ts'
import recorded from '../../vectors/templates/written.json' with { type: 'json' }
import { filesOf } from '../files-of.ts'

const { written, source } = recorded
const templates: Readonly<Record<string, string>> = recorded.templates
const dialogs = recorded.dialogs as Readonly<Record<string, readonly Message[]>>
const toolsOf = recorded.tools as Readonly<Record<string, readonly ToolDefinition[]>>

const open = (name: string): Promise<ChatTemplate> =>
  chatTemplate(
    filesOf({}),
    { chat_template: templates[name] ?? '', bos_token: '<|endoftext|>', eos_token: { content: '<|im_end|>' } },
    { jinja: async () => (await bringTextLibraries()).jinja },
  )

describe.each(Object.keys(templates))(`the template %s, beside ${source}`, name => {
  test('writes every dialog byte for byte', async () => {
    const template = await open(name)
    const own = written.filter(({ template: one }) => one === name)
    expect(own.length).toBe(50)
    for (const { dialog, tools, thinking, prompting, text } of own) {
      const made = template.write(dialogs[dialog] ?? [], { tools: toolsOf[tools] ?? [], thinking, prompting })
      expect([dialog, tools, thinking, prompting, made]).toEqual([dialog, tools, thinking, prompting, text])
    }
  })

  test('writes the same of messages that went by a guard with nothing to mark', async () => {
    const template = await open(name)
    const same = (text: string): string => text
    for (const { dialog, tools, thinking, prompting, text } of written.filter(({ template: one }) => one === name)) {
      const messages = (dialogs[dialog] ?? []).map(message => markedMessage(message, same))
      const offered = (toolsOf[tools] ?? []).map(tool => markedTool(tool, same))
      expect(template.write(messages, { tools: offered, thinking, prompting })).toBe(text)
    }
  })
})
