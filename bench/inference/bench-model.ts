import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { bytesOfWord } from '../../src/inference/text/token-bytes.ts'
import type { TokenVocabulary } from '../../src/inference/token-constraint.ts'

const root = join(import.meta.dirname, '..', '..')
const cache = join(import.meta.dirname, '..', '.cache')

/** A folder in the layout of a hub repository. */
export interface BenchModel {
  readonly folder: string
  readonly name: string
  readonly layers: number
  readonly heads: number
  readonly stateHeads: number
  readonly headWidth: number
  readonly vocabularySize: number
  readonly window: number
}

/**
 * The random-weight model that everything is measured on: 17.7 million parameters, 8,192 tokens; made when it is not there.
 * KKACHI_BENCH_MODEL names a folder to take instead, KKACHI_PYTHON a Python with numpy, onnx and tokenizers.
 */
export const benchModel = (): BenchModel => {
  const folder = process.env.KKACHI_BENCH_MODEL ?? join(cache, 'random-qwen3-18m')
  if (!existsSync(join(folder, 'onnx', 'model.onnx'))) {
    const script = join(root, 'training', 'make_random_qwen3.py')
    const parameters = [script, folder, '--dtypes', 'fp32,q8,q4,q4f16']
    execFileSync(process.env.KKACHI_PYTHON ?? 'python3', parameters, { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return benchModelIn(folder)
}

/** What the config of a model in a folder says. */
export const benchModelIn = (folder: string): BenchModel => {
  const config: Readonly<Record<string, number>> = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const number = (name: string): number => config[name] ?? Number.NaN
  return {
    folder,
    name: folder.split('/').at(-1) ?? folder,
    layers: number('num_hidden_layers'),
    heads: number('num_attention_heads'),
    stateHeads: number('num_key_value_heads'),
    headWidth: number('head_dim'),
    vocabularySize: number('vocab_size'),
    window: number('max_position_embeddings'),
  }
}

/** The tokens of the bench model: made here, so that a peer does not wait for the code that is measured. */
export const benchVocabulary = ({ folder, vocabularySize }: BenchModel): TokenVocabulary => {
  const description = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'))
  const library = new Tokenizer(description, JSON.parse(readFileSync(join(folder, 'tokenizer_config.json'), 'utf8')))
  const bytes = new Map<number, Uint8Array>()
  for (const [word, id] of Object.entries<number>(description.model.vocab)) {
    bytes.set(id, bytesOfWord(word, 'byte-level'))
  }
  const end = library.token_to_id('<|im_end|>') ?? Number.NaN
  return {
    size: vocabularySize,
    bytesOf: token => bytes.get(token),
    encode: text => library.encode(text, { add_special_tokens: false }).ids,
    endTokens: new Set([end, library.token_to_id('<|endoftext|>') ?? end]),
  }
}
