import { describe, expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import { xml } from '../../src/adapters/xml.ts'
import { document } from '../../src/data/document.ts'
import type { Example } from '../../src/data/example.ts'
import { openaiBody } from '../../src/models/openai-request.ts'
import type { Adapter } from '../../src/ports/adapter.ts'
import type { ModelCapabilities } from '../../src/ports/language-model.ts'
import type { ContentPart } from '../../src/ports/message.ts'
import { parseSignature } from '../../src/signature/create.ts'
import type { FieldType } from '../../src/signature/field-type.ts'

const png = 'data:image/png;base64,aGk='
const picture = { type: 'image', url: png }

const asked = (source: string, input: Example, adapter: Adapter = chat, demos: readonly Example[] = []) =>
  adapter.format({ signature: parseSignature(source), demos, input }).messages

const partsOf = (source: string, input: Example, adapter: Adapter = chat): string | readonly ContentPart[] =>
  asked(source, input, adapter).at(-1)?.content ?? ''

const reminder = 'Answer with `[[ ## a ## ]]`, then `[[ ## completed ## ]]`.'

describe('values that are more than text', () => {
  test('stand as parts at their place between the texts', () => {
    expect(partsOf('before, photo: Image, after -> a', { before: 'x', photo: png, after: 'y' })).toEqual([
      { type: 'text', text: '[[ ## before ## ]]\nx\n\n[[ ## photo ## ]]\n' },
      picture,
      { type: 'text', text: `[[ ## after ## ]]\ny\n\n${reminder}` },
    ])
  })

  test.each([chat, json, xml])('stand in lists, tuples and records, for $name', adapter => {
    const source = 'photos: list[dspy.Image], pair: tuple[string, Image], named: dict[str, Audio] -> a'
    const input = { photos: [png, { url: png }], pair: ['left', png], named: { it: { data: 'aGk=', format: 'wav' } } }
    const parts = partsOf(source, input, adapter)
    expect(parts).toMatchObject([
      { text: expect.stringMatching(/photos/) },
      picture,
      { text: '\n' },
      picture,
      { text: expect.stringContaining('["left", ') },
      picture,
      { text: expect.stringMatching(/^\][\s\S]*\{"it": $/) },
      { type: 'audio', data: 'aGk=', format: 'wav' },
      { text: expect.stringMatching(/^\}/) },
    ])
  })

  test('stand in objects, and in unions that also take text', () => {
    const type: FieldType = {
      kind: 'object',
      name: 'Card',
      properties: [
        { name: 'title', type: { kind: 'string' }, optional: false },
        { name: 'photo', type: { kind: 'special', name: 'Image' }, optional: false },
      ],
    }
    const signature = parseSignature('card, more: Image | string | null -> a')
    const [card, ...inputs] = signature.inputs
    if (card === undefined) throw new Error('no card')
    const call = (more: unknown) =>
      chat
        .format({
          signature: { ...signature, inputs: [{ ...card, type }, ...inputs] },
          demos: [],
          input: { card: { title: 't', photo: png }, more },
        })
        .messages.at(-1)?.content
    expect(call('just text')).toEqual([
      { type: 'text', text: '[[ ## card ## ]]\n{"title": "t", "photo": ' },
      picture,
      { type: 'text', text: `}\n\n[[ ## more ## ]]\njust text\n\n${reminder}` },
    ])
    expect(call(png)).toMatchObject([{}, picture, {}, picture, {}])
    expect(call(null)).toMatchObject([{}, picture, { text: expect.stringContaining('null') }])
  })

  test('stand in demos, in the form of our files and of those of DSPy', () => {
    const demos = [
      { photo: { url: png }, a: 'one' },
      {
        photo: `<<CUSTOM-TYPE-START-IDENTIFIER>>[{"type": "image_url", "image_url": {"url": "${png}"}}]<<CUSTOM-TYPE-END-IDENTIFIER>>`,
        a: 'two',
      },
    ]
    const messages = asked('photo: dspy.Image -> a', { photo: png }, chat, demos)
    for (const index of [1, 3, 5]) expect(messages[index]?.content).toContainEqual(picture)
  })

  test('are documents with the numbers that citations name', () => {
    const docs = [document('Water boils at 100 °C.', 'Physics'), 'The sky is blue.']
    expect(partsOf('docs: Document[], more: Document, question -> a', { docs, more: 'last', question: 'q' })).toBe(
      `[[ ## docs ## ]]\n[document 0] Physics\nWater boils at 100 °C.\n[document 1]\nThe sky is blue.\n\n[[ ## more ## ]]\n[document 2]\nlast\n\n[[ ## question ## ]]\nq\n\n${reminder}`,
    )
    const pdf = { text: 'aGk=', mediaType: 'application/pdf', title: 'T' }
    expect(partsOf('doc: Document -> a', { doc: pdf })).toMatchObject([
      { text: '[[ ## doc ## ]]\n[document 0] T\n' },
      { type: 'file', name: 'T', data: 'data:application/pdf;base64,aGk=' },
      {},
    ])
  })

  test.each([
    [{ images: false }, 'images'],
    [{ audio: false }, 'audio'],
    [{ files: false }, 'files'],
  ] satisfies readonly (readonly [ModelCapabilities, string])[])(
    'are refused for a model that is known not to take them: %j',
    (capabilities, named) => {
      const signature = parseSignature('i: Image, s: Audio, f: File -> a')
      const input = { i: png, s: 'data:audio/wav;base64,aGk=', f: { fileId: 'f1' } }
      expect(() => chat.format({ signature, demos: [], input, capabilities })).toThrow(
        expect.objectContaining({ code: 'model/unsupported', message: expect.stringContaining(`no ${named}`) }),
      )
      expect(chat.format({ signature, demos: [], input }).messages).toHaveLength(2)
    },
  )

  test("go over OpenAI's wire as its parts", () => {
    const input = {
      i: { url: png, detail: 'low' },
      s: 'data:audio/wav;base64,aGk=',
      f: 'data:text/plain;base64,aGk=',
      g: { fileId: 'f1' },
    }
    const messages = asked('i: Image, s: Audio, f: File, g: File -> a', input)
    const body = openaiBody({ messages }, { model: 'm', stream: false, maxTokensField: 'max_tokens' })
    expect(JSON.parse(body).messages[1].content.filter(({ type }: { type: string }) => type !== 'text')).toEqual([
      { type: 'image_url', image_url: { url: png, detail: 'low' } },
      { type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } },
      { type: 'file', file: { file_data: 'data:text/plain;base64,aGk=' } },
      { type: 'file', file: { file_id: 'f1' } },
    ])
  })
})

describe('outputs that are more than text', () => {
  const read = (type: string, value: string): unknown =>
    chat.parse(parseSignature(`q -> a: ${type}`), {
      text: `[[ ## a ## ]]\n${value}\n\n[[ ## completed ## ]]`,
      finishReason: 'stop',
    }).a

  test('are code without its fence, in any language', () => {
    expect(read('Code["python"]', '```python\nx = [1]\n```')).toBe('x = [1]')
    expect(read('dspy.Code', 'x = 1')).toBe('x = 1')
  })

  test('are citations, calls and addresses', () => {
    expect(read('Citations', '[{"documentIndex": 1, "citedText": "blue"}]')).toEqual([
      { documentIndex: 1, citedText: 'blue' },
    ])
    expect(read('ToolCalls', '[{"name": "f", "args": {"x": 1}}]')).toEqual([{ name: 'f', args: { x: 1 } }])
    expect(read('ToolCalls', '```json\n{"tool_calls": [{"name": "f"}]}\n```')).toEqual([{ name: 'f', args: {} }])
    expect(read('Image', 'https://a.example/b.png')).toEqual({ url: 'https://a.example/b.png' })
    expect(read('Image | null', 'null')).toBeNull()
  })

  test('are refused where they are none, and the model is told what they should be', () => {
    expect(() => read('Citations', 'none')).toThrow(
      expect.objectContaining({
        code: 'prediction/invalid',
        issues: [{ field: 'a', problem: 'expected { documentIndex: integer, citedText: string }[]' }],
      }),
    )
  })

  test('are named to the model by what it has to write', () => {
    const [system] = asked('q -> c: Code["sql"], r: Reasoning, t: ToolCalls, d: Citations', { q: '' })
    expect(system?.content).toContain(
      '- c (sql code)\n- r (string)\n- t ({ name: string, args: { [key: string]: json } }[])\n- d ({ documentIndex: integer, citedText: string }[])',
    )
  })
})
