import type { JsonObject } from '../../data/json.ts'
import { isObject, listOf, objectOf } from '../../data/json-shape.ts'
import type { TextLibraries } from '../bring-text-libraries.ts'
import type { ModelFiles } from '../model-files.ts'
import type { Tokenizer } from '../tokenizer.ts'
import { badFile, modelJson, optionalModelJson } from './model-json.ts'
import { plainText } from './plain-text.ts'
import { bytesOfWord, spellingOf, stripsFirstSpace } from './token-bytes.ts'

export interface TokenizerOptions {
  readonly libraries: () => Promise<Pick<TextLibraries, 'Tokenizer'>>
  readonly signal?: AbortSignal | undefined
}

/** A tokenizer, and what its configuration says beside. */
export interface FileTokenizer extends Tokenizer {
  /** `tokenizer_config.json`: the chat template, the longest text; empty where there is none. */
  readonly config: JsonObject
  /** Whether a text loses the space that its first token begins with. */
  readonly stripsSpace: boolean
  /** What a token is called: its text, of a special one its name. */
  nameOf(token: number): string
  /** The tokens of a text as the network was trained to read a whole one: `[CLS] … [SEP]`. */
  encodeWhole(text: string): readonly number[]
}

type Library = InstanceType<TextLibraries['Tokenizer']>

/** More than any vocabulary in use, of which the largest has 262,144 words. */
const maxTokens = 2 ** 21
const maxBytes = 128 * 2 ** 20

/**
 * The tokenizer that a model's files describe: `tokenizer.json` with `tokenizer_config.json` beside it, read by
 * @huggingface/tokenizers (0.2.0).
 *
 * 1. Special tokens have no text, other added ones (`<think>`, `<tool_call>`) are the text they are written as.
 * 2. Texts come out as the bytes of their tokens say: nothing is cleaned up, as older libraries do before punctuation.
 * 3. A vocabulary that spells words, not bytes (WordPiece), encodes; put together again, its words run into one another.
 * 4. The files are not trusted: their size, their keys and every id are checked. An expression by which a text is split is
 *    the model's own, and takes the time it takes.
 *
 * @throws RuntimeError `runtime/model-files`
 */
export const tokenizerFromFiles = async (
  files: ModelFiles,
  { libraries, signal }: TokenizerOptions,
): Promise<FileTokenizer> => {
  const [{ Tokenizer: Brought }, description, config] = await Promise.all([
    libraries(),
    modelJson(files, 'tokenizer.json', { signal, maxBytes, words: ['model', 'vocab'] }),
    optionalModelJson(files, 'tokenizer_config.json', { signal, maxBytes: 16 * 2 ** 20 }),
  ])
  const size = sizeOf(files, description)
  let library: Library
  try {
    library = new Brought(description, config)
  } catch (cause) {
    throw badFile(files, 'tokenizer.json', 'no tokenizer can be made of it', cause)
  }
  return fileTokenizer(library, { description, config, size })
}

interface Described {
  readonly description: JsonObject
  readonly config: JsonObject
  readonly size: number
}

const fileTokenizer = (library: Library, { description, config, size }: Described): FileTokenizer => {
  const spelling = spellingOf(description.decoder, description.model)
  const stripsSpace = stripsFirstSpace(description.decoder)
  const added = library.get_added_tokens_decoder()
  const known = new Map<number, Uint8Array>()

  const bytesOf = (token: number): Uint8Array | undefined => {
    const seen = known.get(token)
    if (seen !== undefined) return seen
    const special = added.get(token)
    const word = special?.special === true ? undefined : library.id_to_token(token)
    if (word === undefined) return undefined
    const bytes = special === undefined ? bytesOfWord(word, spelling) : new TextEncoder().encode(word)
    known.set(token, bytes)
    return bytes
  }

  const encode = (text: string): readonly number[] =>
    text === '' ? [] : library.encode(text, { add_special_tokens: false }).ids

  return {
    size,
    config,
    stripsSpace,
    nameOf(token) {
      const bytes = bytesOf(token)
      return bytes === undefined
        ? (library.id_to_token(token) ?? '')
        : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    },
    endTokens: new Set(
      [config.eos_token].map(token => library.token_to_id(tokenText(token))).filter(token => token !== undefined),
    ),
    bytesOf,
    encode,
    plain: plainText(
      encode,
      [...added.values()].filter(({ special }) => special).map(({ content }) => content),
    ),
    encodeWhole: text => library.encode(text).ids,
    decode(tokens) {
      const pieces = tokens.map(bytesOf).filter(bytes => bytes !== undefined)
      const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
      let at = 0
      for (const piece of pieces) {
        all.set(piece, at)
        at += piece.length
      }
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(all)
      return stripsSpace && text.startsWith(' ') ? text.slice(1) : text
    },
    idOf: token => library.token_to_id(token),
  }
}

/** A token in a configuration: its text, or an object that has it. */
const tokenText = (token: JsonObject[string] | undefined): string => {
  const text = isObject(token) ? token.content : token
  return typeof text === 'string' ? text : ''
}

/** One more than the greatest id; every id is looked at, for a wild one would make the library's table as long. */
const sizeOf = (files: ModelFiles, { model, added_tokens }: JsonObject): number => {
  const { vocab } = objectOf(model)
  const ids = Array.isArray(vocab) ? [vocab.length - 1] : Object.values(objectOf(vocab))
  let greatest = -1
  for (const id of [...ids, ...listOf(added_tokens).map(token => objectOf(token).id)]) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= maxTokens) {
      throw badFile(
        files,
        'tokenizer.json',
        `the token id ${String(id)} is not a whole number from 0 to ${maxTokens - 1}`,
      )
    }
    greatest = Math.max(greatest, id)
  }
  if (greatest < 0) throw badFile(files, 'tokenizer.json', 'it has no vocabulary')
  return greatest + 1
}
