import { describe, expect, test } from 'vitest'
import { bringTextLibraries } from '../../../src/inference/bring-text-libraries.ts'
import { chatTemplate } from '../../../src/inference/chat/chat-template.ts'
import type { Message } from '../../../src/ports/message.ts'
import { filesOf } from '../files-of.ts'

const open = (chat_template: unknown, files: Readonly<Record<string, unknown>> = {}) =>
  chatTemplate(filesOf(files), JSON.parse(JSON.stringify({ chat_template })), {
    jinja: async () => (await bringTextLibraries()).jinja,
  })

/** In the manner of ChatML, with all that a template may be given. */
const template = `
{%- for tool in tools or [] %}[{{ tool | tojson }}]{% endfor %}
{%- for message in messages %}{{ message.role }}:{{ message.content }}
{%- for call in message.tool_calls or [] %}<{{ call.function.name }} {{ call.function.arguments | tojson }}>{% endfor %};
{%- endfor %}
{%- if add_generation_prompt %}>{% if enable_thinking is defined and not enable_thinking %}!{% endif %}{% endif %}`

const messages: readonly Message[] = [
  { role: 'system', content: 'S' },
  { role: 'user', content: [{ type: 'text', text: 'U' }] },
  { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 't', arguments: '{"n":1}' }] },
  { role: 'tool', content: 'R', toolCallId: 'a' },
]
const plain = { tools: [], thinking: true, prompting: true }

describe('a template', () => {
  test('writes messages, tool calls and results, ready for an answer', async () => {
    const { write, knowsTools, knowsThinking } = await open(template)
    expect(write(messages, plain)).toBe('system:S;user:U;assistant:<t {"n": 1}>;tool:R;>')
    expect(write(messages.slice(0, 1), { ...plain, prompting: false })).toBe('system:S;')
    expect(write(messages.slice(0, 1), { ...plain, thinking: false })).toBe('system:S;>!')
    expect([knowsTools, knowsThinking]).toEqual([true, true])
  })

  test('is told of tools as functions', async () => {
    const { write } = await open(template)
    const tools = [{ name: 't', description: 'd', parameters: { type: 'object' } }]
    expect(write([], { ...plain, tools, prompting: false })).toBe(
      '[{"type": "function", "function": {"name": "t", "description": "d", "parameters": {"type": "object"}}}]',
    )
  })

  test('is a file of its own, or one of several by name', async () => {
    const alone = await open(undefined, { 'chat_template.jinja': 'file' })
    const named = await open([
      { name: 'default', template: 'plain' },
      { name: 'tool_use', template: 'with {{ tools | length }}' },
    ])
    expect(alone.write([], plain)).toBe('file')
    expect(alone.knowsTools).toBe(false)
    expect(named.write([], plain)).toBe('plain')
    expect(named.write([], { ...plain, tools: [{ name: 't', parameters: {} }] })).toBe('with 1')
  })

  test('that is absent, or cannot be read, is runtime/model-files', async () => {
    await expect(open(undefined)).rejects.toMatchObject({ code: 'runtime/model-files' })
    await expect(open('{% for %}')).rejects.toMatchObject({ code: 'runtime/model-files' })
  })
})

test.each([
  ["{{ '\\n  x \\n'.strip('\\n') }}|", '  x |'],
  ["{{ '\\n\\n  x'.lstrip('\\n') }}|", '  x|'],
  ["{{ 'x \\n\\n'.rstrip('\\n') }}|", 'x |'],
  ["{{ 'abcba'.strip('ab') }}|", 'c|'],
  ["{{ 'aaa'.strip('a') }}|", '|'],
  ["{{ ' x '.strip() }}|", 'x|'],
  ["{{ messages[0].content.strip('S').lstrip('') }}|", '|'],
])('%s takes the characters that it names from the ends of a text', async (source, text) => {
  const { write } = await open(source)
  expect(write(messages, plain)).toBe(text)
})

describe('a template that nobody vouches for', () => {
  test.each([
    ['runs for ever', '{% for a in range(9999) %}{% for b in range(65000) %}{% endfor %}{% endfor %}', /steps/],
    ['counts without end', '{{ range(1000000000000) }}', /items/],
    [
      'writes without end',
      `{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for a in range(40) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}`,
      /characters/,
    ],
    ['refuses the messages', "{{ raise_exception('No.') }}", /No\./],
  ])('and %s is stopped', async (_, source, reason) => {
    const { write } = await open(source)
    expect(() => write([], plain)).toThrow(reason)
  })

  test.each([
    '{{ messages.constructor }}',
    "{{ ''.__proto__ }}",
    '{{ process }}',
    '{{ globalThis }}',
    '{{ strftime_now }}',
  ])('reaches nothing by %s', async source => {
    const { write } = await open(source)
    expect(() => expect(write([], plain)).toBe('')).not.toThrow()
  })
})
