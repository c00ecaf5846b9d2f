import { expect, test } from 'vitest'
import { audio } from '../../src/data/audio.ts'
import { document } from '../../src/data/document.ts'
import { file } from '../../src/data/file.ts'
import { image } from '../../src/data/image.ts'
import { loadProgram } from '../../src/modules/load-program.ts'
import { predict } from '../../src/modules/predict.ts'
import { saveProgram } from '../../src/modules/save-program.ts'

const bytes = new Uint8Array([104, 105])

const source =
  'i: dspy.Image, l: list[dspy.Image], s: dspy.Audio, f: dspy.File, d: dspy.Document, c: dspy.Code -> r: dspy.Reasoning, t: dspy.ToolCalls, n: dspy.Citations'

const demo = {
  i: { bytes, mediaType: 'image/png' },
  l: ['https://a.example/b.png', image(bytes, 'image/png')],
  s: audio(bytes, 'wav'),
  f: file(bytes, 'text/plain', 'a.txt'),
  d: document('txt', 'T'),
  c: 'x = 1',
  r: 'hm',
  t: [{ name: 'f', args: { x: 1 } }],
  n: [{ citedText: 'a', documentIndex: 0, startCharIndex: 0, endCharIndex: 1 }],
}

const part = (text: string): string => `<<CUSTOM-TYPE-START-IDENTIFIER>>${text}<<CUSTOM-TYPE-END-IDENTIFIER>>`

test('media in demos are saved as DSPy 3.4.1 saves them, and show the same when they are loaded', async () => {
  const program = predict(source, { demos: [demo] })
  const text = await saveProgram(program)
  expect(JSON.parse(text).demos).toEqual([
    {
      i: part('[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]'),
      l: [
        part('[{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]'),
        part('[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]'),
      ],
      s: part('[{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}]'),
      f: part('[{"type":"file","file":{"file_data":"data:text/plain;base64,aGk=","filename":"a.txt"}}]'),
      d: part(
        '[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"txt"},"citations":{"enabled":true},"title":"T"}]',
      ),
      c: 'x = 1',
      r: 'hm',
      t: { tool_calls: [{ name: 'f', args: { x: 1 } }] },
      n: part('[{"type":"char_location","cited_text":"a","document_index":0,"start_char_index":0,"end_char_index":1}]'),
    },
  ])
  const loaded = await loadProgram(text)
  const { i, l, s, f, d, c } = demo
  const input = { i, l, s, f, d, c }
  expect(loaded.predictors[0]?.prompt(input)).toEqual(program.predictors[0]?.prompt(input))
  expect(await saveProgram(loaded)).toBe(text)
})
