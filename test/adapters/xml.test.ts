import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { xml } from '../../src/adapters/xml.ts'
import { xmlAnswer } from '../../src/adapters/xml-format.ts'
import { textOf } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import type { Signature } from '../../src/signature/signature.ts'
import { describeAdapter } from '../contracts/adapter-contract.ts'

describeAdapter({ adapter: xml, answer: xmlAnswer })

const reading = (source: Signature, text: string): Record<string, unknown> =>
  xml.parse(source, { text, finishReason: 'stop' })

const read = (source: string, text: string): Record<string, unknown> => reading(signature(source), text)

describe('the XML prompt', () => {
  test('introduces the fields, shows the shape, gives the task, and asks for the tags', () => {
    const call = {
      signature: signature("text -> label: 'spam' | 'ham', words: string[]", { instructions: 'Judge the mail.' }),
      demos: [{ text: 'a < b', label: 'ham', words: ['<b>', 'x & y'] }],
      input: { text: 'win money' },
    }
    expect(xml.format(call)).toEqual({
      sharedMessages: 3,
      messages: [
        {
          role: 'system',
          content: [
            "Inputs:\n- text (string)\nOutputs:\n- label ('spam' | 'ham')\n- words (string[])",
            'Every field stands between tags of its name. Answer in this shape:',
            '<label>\n{label}\n</label>',
            '<words><item>{item}</item>…</words>',
            'Task: Judge the mail.',
          ].join('\n\n'),
        },
        { role: 'user', content: '<text>\na < b\n</text>' },
        {
          role: 'assistant',
          content: '<label>\nham\n</label>\n\n<words><item>&lt;b></item><item>x & y</item></words>',
        },
        {
          role: 'user',
          content:
            '<text>\nwin money\n</text>\n\nAnswer with `<label>`, then `<words>`.\n<words><item>{item}</item>…</words>',
        },
      ],
    })
  })

  test('shows nested objects, records and types that hold themselves', () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node)
      },
    })
    const { messages } = xml.format({
      signature: signature({ inputs: { text: 'string' }, outputs: { tree: node, counts: 'dict[str, int]' } }),
      demos: [],
      input: { text: 'x' },
    })
    const [system] = messages
    expect(system?.content).toContain('<tree><name>{name}</name><children><item><name>{name}</name>')
    expect(system?.content).toContain('<counts><entry key="{key}">{value}</entry>…</counts>')
  })

  test('keeps the turns of a history', () => {
    const { messages } = xml.format({
      signature: signature('history: dspy.History, question -> answer'),
      demos: [],
      input: { history: [{ question: 'a', answer: 'b' }], question: 'c' },
    })
    expect(messages.slice(1).map(({ content }) => content)).toEqual([
      '<question>\na\n</question>\n\nAnswer with `<answer>`.',
      '<answer>\nb\n</answer>',
      '<question>\nc\n</question>\n\nAnswer with `<answer>`.',
    ])
  })
})

describe('an XML answer is read', () => {
  test.each([
    ['other words around it', 'Sure!\n<answer>x</answer> Bye & good luck.'],
    ['a fence', '```xml\n<answer>x</answer>\n```'],
    ['a fence and no closing tag', '```xml\n<answer>\nx\n```'],
    ['an element around it', '<response>\n<answer>x</answer>\n</response>'],
    ['a declaration', '<?xml version="1.0"?><answer>x</answer>'],
    ['a thought before it', '<think>I could say <answer>y</answer></think><answer>x</answer>'],
    ['a comment before it', '<!-- <answer>y</answer> --><answer>x</answer>'],
    ['a tag in code before it', 'In `<answer>` comes:\n<answer>x</answer>'],
    ['attributes', '<answer lang="en" note=\'a > b\' >x</answer >'],
    ['no closing tag', '<answer>x'],
    ['half a closing tag', '<answer>x</ans'],
    ['CDATA', '<answer><![CDATA[x]]></answer>'],
    ['a comment in it', '<answer><!-- short --> x</answer>'],
    ['a second section', '<answer>x</answer><answer>y</answer>'],
  ])('with %s', (_, text) => {
    expect(read('question -> answer', text)).toEqual({ answer: 'x' })
  })

  test.each([
    'I will put it in <first> and <second> tags.\n<first>a</first>\n<second>b</second>',
    'It goes in <first> tags: <first>a</first> <second>b</second>',
    'Use <first> tags, <first> like so:\n<first>a</first>\nand <second>b</second>',
    'The <first> tag: <first>a</first>, and the <second> tag:\n<second>b</second> Done.',
  ])('with its tags talked about: %s', text => {
    expect(read('question -> first, second', text)).toMatchObject({ first: 'a' })
    const parser = xml.parser(signature('question -> first, second'))
    const told = [...[...text].flatMap(unit => parser.push(unit)), ...parser.end()]
    expect(told.flatMap(({ field, delta }) => (field === 'first' ? [delta] : [])).join('')).toBe('a')
  })

  test.each([
    ['a & b', 'a & b'],
    ['a < b && c <d', 'a < b && c <d'],
    ['&amp;lt; &#x41;&#66; &nbsp; &unknown; &#xD800; &#0;', '&lt; AB &nbsp; &unknown; &#xD800; &#0;'],
    ['<![CDATA[</answer> & &amp;]]> b', '</answer> & &amp; b'],
    ['use <b>bold</b>', 'use <b>bold</b>'],
    ['write <answer>42</answer> so', 'write <answer>42</answer> so'],
    ['<!-- open', '<!-- open'],
    ['one\r\ntwo', 'one\ntwo'],
    ['```js\na()\n```', '```js\na()\n```'],
    ['', ''],
  ])('with the text %j', (written, answer) => {
    expect(read('question -> answer', `<answer>\n${written}\n</answer>`)).toEqual({ answer })
  })

  test('with an opening tag of its own that nobody closes', () => {
    expect(read('question -> answer', '<answer>the <answer> tag</answer>')).toEqual({ answer: 'the <answer> tag' })
  })

  test.each([
    ['string[]', '<v><item>a</item><item>b & c</item></v>', ['a', 'b & c']],
    ['string[]', '<v>a</v><v>b</v>', ['a', 'b']],
    ['string[]', '<v>["a", "b"]</v>', ['a', 'b']],
    ['string[]', '<v>a</v>', ['a']],
    ['string[]', '<v/>', []],
    ['string[]', '<v><item>use <b>bold</b> words</item></v>', ['use <b>bold</b> words']],
    ['int[]', '<v><item>1</item><item>2', [1, 2]],
    ['int[][]', '<v><item><item>1</item></item><item/></v>', [[1], []]],
    ['set[str]', '<v><item>a</item><item>a</item></v>', ['a']],
    ['tuple[int, str]', '<v><item>1</item><item>x</item></v>', [1, 'x']],
    ['dict[str, int]', '<v><a>1</a><entry key="b c">2</entry></v>', { a: 1, 'b c': 2 }],
    ['dict[str, int[]]', '<v><a>1</a><b>2</b><b>3</b></v>', { a: [1], b: [2, 3] }],
    ['dict[str, int]', '<v>{"a": 1}</v>', { a: 1 }],
    ['json', '<v><a>1</a><b><c>x</c></b></v>', { a: '1', b: { c: 'x' } }],
    ['json', '<v>{"a": 1}</v>', { a: 1 }],
    ['int | null', '<v>null</v>', null],
    ['string[] | null', '<v><item>a</item></v>', ['a']],
    ['bool', '<v>Yes</v>', true],
    ["'a' | 'b'", '<v> A. </v>', 'a'],
  ])('%s from %s', (type, text, value) => {
    expect(read(`question -> v: ${type}`, text)).toEqual({ v: value })
  })

  test('as the objects of a schema, conversions and defaults included', () => {
    const person = z.object({
      name: z.string(),
      age: z.number(),
      admin: z.boolean().optional(),
      tags: z.array(z.string()),
    })
    const people = signature({ inputs: { text: 'string' }, outputs: { people: z.array(person) } })
    const text = `<people>
      <person><name>Ann & Bo</name><age>3</age><admin>true</admin><tags>x</tags><tags>y</tags></person>
      <person><name>Cy</name><age>40</age><tags><tag>z</tag></tags></person>
    </people>`
    expect(reading(people, text)).toEqual({
      people: [
        { name: 'Ann & Bo', age: 3, admin: true, tags: ['x', 'y'] },
        { name: 'Cy', age: 40, tags: ['z'] },
      ],
    })
  })

  test('as an object whose type holds itself', () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node)
      },
    })
    const tree = signature({ inputs: { text: 'string' }, outputs: { tree: node } })
    expect(
      reading(tree, '<tree><name>a</name><children><item><name>b</name><children/></item></children></tree>'),
    ).toEqual({ tree: { name: 'a', children: [{ name: 'b', children: [] }] } })
  })

  test('and what has a name that reaches a prototype is refused', () => {
    for (const key of ['<__proto__><x>1</x></__proto__>', '<entry key="__proto__">1</entry>']) {
      expect(() => read('question -> v: json', `<v>${key}</v>`)).toThrowError(/refused for safety/)
    }
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  test('and what is nested too deep is refused', () => {
    expect(() => read('question -> v: json', `<v>${'<a>'.repeat(10_000)}</v>`)).toThrowError(/refused for safety/)
  })

  test('and declares nothing: an entity stays as it is written', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>'
    expect(read('question -> answer', `${bomb}<answer>&c;&d;</answer>`)).toEqual({ answer: '&c;&d;' })
  })
})

describe('what is more than JSON', () => {
  const agent = signature(
    'tools: dspy.Tool[], image: dspy.Image -> next, code: dspy.Code["python"], calls: dspy.ToolCalls',
  )
  const calls = [{ name: 'add', args: { x: 1 } }]

  test('goes as text to a model that takes no tools: code as it is, calls as JSON', () => {
    const demo = { tools: [], image: { url: 'https://a.b/c.png' }, next: 'go', code: 'if a < b: pass', calls }
    const { messages, tools } = xml.format({ signature: agent, demos: [demo], input: { ...demo } })
    expect(tools).toBeUndefined()
    expect(messages[0]?.content).toContain('<calls>\n{calls}\n</calls>')
    expect(messages[1]).toMatchObject({
      content: [
        { text: expect.stringContaining('<image>') },
        { type: 'image', url: 'https://a.b/c.png' },
        { text: expect.stringContaining('</image>') },
      ],
    })
    const answer = textOf(messages[2] ?? { role: 'user', content: '' })
    expect(answer).toContain('<code>\nif a < b: pass\n</code>')
    expect(reading(agent, answer)).toEqual({ next: 'go', code: 'if a < b: pass', calls })
  })

  test('calls may be written as elements', () => {
    const text = '<next/><code>x</code><calls><item><name>add</name><args><x>one</x></args></item></calls>'
    expect(reading(agent, text)).toMatchObject({ calls: [{ name: 'add', args: { x: 'one' } }] })
  })

  test('goes beside the text where the model takes it', () => {
    const capabilities = { tools: true }
    const tool = { name: 'add', description: 'adds', parameters: { type: 'object' } }
    const { messages, tools } = xml.format({ signature: agent, demos: [], input: { tools: [tool] }, capabilities })
    expect(tools).toMatchObject([{ name: 'add' }])
    expect(messages[0]?.content).not.toContain('<calls>')
    const toolCalls = [{ id: '', name: 'add', arguments: '{"x":1}' }]
    const text = '<next>go</next><code>x</code>'
    expect(xml.parse(agent, { text, toolCalls, finishReason: 'tool-calls' }, capabilities)).toEqual({
      next: 'go',
      code: 'x',
      calls,
    })
  })
})

describe('what a demo shows', () => {
  const any = fc.string({ unit: fc.constantFrom(...'ab<>&;/!-[]"\'` \n', '<a>', '</a>', '&lt;', '<![CDATA[', '<!--') })
  const trimmed = any.map(text => text.trim())

  test('is read back as it was, whatever is in a text', () => {
    const one = signature('question -> a')
    fc.assert(
      fc.property(trimmed, a => {
        expect(reading(one, xmlAnswer(one, { a }))).toEqual({ a })
      }),
    )
  })

  test('is read back as it was, whatever is in a list or a record', () => {
    const two = signature('question -> list: string[], record: dict[str, string]')
    fc.assert(
      fc.property(
        fc.array(trimmed),
        fc.dictionary(
          trimmed.filter(key => key !== ''),
          trimmed,
        ),
        (list, record) => {
          const safe = { ...record }
          expect(reading(two, xmlAnswer(two, { list, record: safe }))).toEqual({ list, record: safe })
        },
      ),
    )
  })
})

test('a long answer one character at a time takes a time in proportion to its length', () => {
  const source = signature('question -> quote, list: json')
  const milliseconds = (text: string): number => {
    const parser = xml.parser(source)
    const began = performance.now()
    for (const character of text) parser.push(character)
    parser.end()
    return performance.now() - began
  }
  for (const unit of ['<quote a="', '&#x1F6', '<!-- -', '  \n`', '</quot', '<![CDATA[ ]]']) {
    const once = milliseconds(`<quote>${unit.repeat(4_000)}`)
    const more = milliseconds(`<quote>${unit.repeat(32_000)}`)
    expect(more).toBeLessThan(once * 8 * 8 + 500)
  }
})
