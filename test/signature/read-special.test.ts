import { describe, expect, test } from 'vitest'
import { audio } from '../../src/data/audio.ts'
import { document } from '../../src/data/document.ts'
import { file } from '../../src/data/file.ts'
import { image } from '../../src/data/image.ts'
import { readSpecial } from '../../src/signature/read-special.ts'

const bytes = new Uint8Array([104, 105])
const png = 'data:image/png;base64,aGk='

/** As `dump_state` of DSPy 3.4.1 writes media into a demo. */
const inFile = (part: string): string => `<<CUSTOM-TYPE-START-IDENTIFIER>>[${part}]<<CUSTOM-TYPE-END-IDENTIFIER>>`

describe('readSpecial', () => {
  test.each([
    ['Image', png, { url: png }],
    ['Image', 'https://a.example/b.png', { url: 'https://a.example/b.png' }],
    ['Image', { url: png, detail: 'low' }, { url: png, detail: 'low' }],
    ['Image', { bytes, mediaType: 'image/png' }, { url: png }],
    ['Image', image(bytes, 'image/png'), { url: png }],
    ['Image', { type: 'image_url', image_url: { url: png } }, { url: png }],
    ['Image', inFile(`{"type": "image_url", "image_url": {"url": "${png}"}}`), { url: png }],
    ['Audio', 'data:audio/wav;base64,aGk=', { data: 'aGk=', format: 'wav' }],
    ['Audio', 'data:audio/mpeg;base64,aGk=', { data: 'aGk=', format: 'mp3' }],
    ['Audio', 'data:audio/x-m4a;base64,aGk=', { data: 'aGk=', format: 'm4a' }],
    ['Audio', audio(bytes, 'wav'), { data: 'aGk=', format: 'wav' }],
    ['Audio', { bytes, format: 'mp3' }, { data: 'aGk=', format: 'mp3' }],
    ['Audio', { data: 'aGk=', audio_format: 'wav' }, { data: 'aGk=', format: 'wav' }],
    [
      'Audio',
      inFile('{"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}}'),
      { data: 'aGk=', format: 'wav' },
    ],
    ['File', 'data:text/plain;base64,aGk=', { data: 'data:text/plain;base64,aGk=' }],
    ['File', file(bytes, 'text/plain', 'a.txt'), { data: 'data:text/plain;base64,aGk=', name: 'a.txt' }],
    ['File', { fileId: 'f1' }, { fileId: 'f1' }],
    ['File', { file_id: 'f1', filename: 'a.txt' }, { fileId: 'f1', name: 'a.txt' }],
    [
      'File',
      inFile('{"type": "file", "file": {"file_data": "data:text/plain;base64,aGk=", "filename": "a.txt"}}'),
      { data: 'data:text/plain;base64,aGk=', name: 'a.txt' },
    ],
    ['Document', 'txt', { text: 'txt' }],
    ['Document', document('txt', 'T'), { text: 'txt', title: 'T' }],
    ['Document', { data: 'txt', media_type: 'text/plain' }, { text: 'txt' }],
    [
      'Document',
      inFile(
        '{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "txt"}, "citations": {"enabled": true}, "title": "T"}',
      ),
      { text: 'txt', title: 'T' },
    ],
    ['Code', 'x = 1', 'x = 1'],
    ['Code', 'Here it is:\n```python\nx = 1\n```\nand ```y```', 'x = 1'],
    ['Code', '```x = 1```', 'x = 1'],
    ['Code', '```js\nf()', 'f()'],
    ['Code', { code: '```\nx\n```' }, 'x'],
    ['Reasoning', { content: 'hm' }, 'hm'],
    ['History', { messages: [{ q: '1' }] }, [{ q: '1' }]],
    ['History', [{ q: '1' }], [{ q: '1' }]],
    [
      'Tool',
      { name: 'f', desc: 'd', parameters: { type: 'object' }, call: () => 1 },
      { name: 'f', description: 'd', parameters: { type: 'object' } },
    ],
    ['ToolCalls', { tool_calls: [{ name: 'f', args: { x: 1 } }] }, [{ name: 'f', args: { x: 1 } }]],
    ['ToolCalls', { name: 'f', args: {} }, [{ name: 'f', args: {} }]],
    [
      'ToolCalls',
      [{ id: 'a', function: { name: 'f', arguments: '{"x": 1}' } }],
      [{ id: 'a', name: 'f', args: { x: 1 } }],
    ],
    ['ToolCalls', [], []],
    [
      'ToolCallResults',
      { tool_call_results: [{ call_id: null, name: 'f', value: 1, is_error: false }] },
      [{ name: 'f', value: 1 }],
    ],
    [
      'ToolCallResults',
      [{ callId: 'a', name: 'f', value: 'no', isError: true }],
      [{ callId: 'a', name: 'f', value: 'no', isError: true }],
    ],
    ['Citations', [{ cited_text: 'a', document_index: 0 }], [{ citedText: 'a', documentIndex: 0 }]],
    [
      'Citations',
      inFile(
        '{"type": "char_location", "cited_text": "a", "document_index": 0, "start_char_index": 0, "end_char_index": 1}',
      ),
      [{ citedText: 'a', documentIndex: 0, startCharIndex: 0, endCharIndex: 1 }],
    ],
    ['Citations', { citations: [{ citedText: 'a', documentIndex: '1' }] }, [{ citedText: 'a', documentIndex: 1 }]],
  ])('reads %s from %j', (name, value, read) => {
    expect(readSpecial(name, value)).toEqual(read)
  })

  test.each([
    ['Image', '/etc/passwd'],
    ['Image', 'file:///etc/passwd'],
    ['Image', 7],
    ['Image', { bytes }],
    ['Audio', 'https://a.example/b.wav'],
    ['File', {}],
    ['Document', { title: 'T' }],
    ['History', ['text']],
    ['Tool', { name: 'f' }],
    ['ToolCalls', [{ name: 'f', args: 'no JSON' }]],
    ['ToolCalls', 'f()'],
    ['ToolCallResults', [{ name: 'f' }]],
    ['Citations', [{ citedText: 'a', documentIndex: -1 }]],
    ['Reasoning', 7],
    ['Image', '<<CUSTOM-TYPE-START-IDENTIFIER>>no JSON<<CUSTOM-TYPE-END-IDENTIFIER>>'],
  ])('reads no %s from %j', (name, value) => {
    expect(readSpecial(name, value)).toBeUndefined()
  })

  test('refuses keys that could reach a prototype in the JSON of a file', () => {
    const text = inFile('{"__proto__": {"image_url": {"url": "data:,"}}}')
    expect(() => readSpecial('Image', text)).toThrow(expect.objectContaining({ code: 'data/unsafe' }))
  })
})
