import { describe, expect, test } from 'vitest'
import { bringTextLibraries } from '../../../src/inference/bring-text-libraries.ts'
import { tokenizerFromFiles } from '../../../src/inference/text/tokenizer-from-files.ts'
import { filesOf } from '../files-of.ts'

const open = (files: Readonly<Record<string, unknown>>) =>
  tokenizerFromFiles(filesOf(files), { libraries: bringTextLibraries })

/** A space is Ġ, a line break Ċ; é is two bytes. */
const byteLevel = {
  added_tokens: [
    { id: 8, content: '<|end|>', special: true, normalized: false },
    { id: 9, content: '<think>', special: false, normalized: false },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    vocab: { a: 0, b: 1, ab: 2, Ġ: 3, Ã: 4, '©': 5, Ċ: 6, ['__proto__']: 7 },
    merges: ['a b'],
  },
}

const pieces = {
  added_tokens: [{ id: 0, content: '</s>', special: true, normalized: false }],
  normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  pre_tokenizer: null,
  post_processor: null,
  decoder: {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  },
  model: {
    type: 'BPE',
    byte_fallback: true,
    vocab: { '</s>': 0, '<0xC3>': 1, '<0xA9>': 2, '▁': 3, a: 4, '▁a': 5 },
    merges: [['▁', 'a']],
  },
}

describe('a byte-level tokenizer', () => {
  test('reads and writes text, special tokens in it too, and spells every token', async () => {
    const tokenizer = await open({ 'tokenizer.json': byteLevel, 'tokenizer_config.json': { eos_token: '<|end|>' } })
    expect(tokenizer.encode('<think>ab é<|end|>')).toEqual([9, 2, 3, 4, 5, 8])
    expect(tokenizer.decode([9, 2, 3, 4, 5, 8])).toBe('<think>ab é')
    expect(tokenizer.encode('')).toEqual([])
    expect(tokenizer.decode([])).toBe('')
    expect([3, 4, 6, 8, 9, 10].map(tokenizer.bytesOf).map(bytes => bytes && [...bytes])).toEqual([
      [0x20],
      [0xc3],
      [0x0a],
      undefined,
      [...new TextEncoder().encode('<think>')],
      undefined,
    ])
    expect([tokenizer.size, tokenizer.idOf('<think>'), tokenizer.idOf('nobody')]).toEqual([10, 9, undefined])
    expect([...tokenizer.endTokens]).toEqual([8])
    expect([tokenizer.nameOf(8), tokenizer.nameOf(2)]).toEqual(['<|end|>', 'ab'])
  })
})

describe('a tokenizer of pieces', () => {
  test('spells spaces and bytes, and leaves out the first space of a text', async () => {
    const tokenizer = await open({ 'tokenizer.json': pieces })
    expect(tokenizer.encode(' aé')).toEqual([5, 1, 2])
    expect(tokenizer.decode([5, 1, 2, 5, 0])).toBe('aé a')
    expect([...(tokenizer.bytesOf(5) ?? [])]).toEqual([0x20, 0x61])
    expect(tokenizer.stripsSpace).toBe(true)
  })
})

test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
  ['is absent', {}, /tokenizer\.json/],
  ['is no JSON', { 'tokenizer.json': '{' }, /no JSON/],
  ['is a list', { 'tokenizer.json': [] }, /no JSON object/],
  ['reaches a prototype', { 'tokenizer.json': '{"model":{"__proto__":{}}}' }, /no JSON that can be trusted/],
  ['has no vocabulary', { 'tokenizer.json': { ...byteLevel, added_tokens: [], model: {} } }, /no vocabulary/],
  [
    'has a wild id',
    { 'tokenizer.json': { ...byteLevel, added_tokens: [{ id: 4e9, content: 'x' }] } },
    /token id 4000000000 is not/,
  ],
  [
    'is of no known kind',
    { 'tokenizer.json': { ...byteLevel, decoder: { type: 'Riddle' } } },
    /no tokenizer can be made/,
  ],
])('a tokenizer.json that %s is runtime/model-files', async (_, files, message) => {
  await expect(open(files)).rejects.toMatchObject({
    code: 'runtime/model-files',
    message: expect.stringMatching(message),
  })
})
