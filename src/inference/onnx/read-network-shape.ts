import type { JsonObject } from '../../data/json.ts'
import { isObject } from '../../data/json-shape.ts'
import { parseJson } from '../../data/safe-json.ts'
import { KkachiError } from '../../errors/kkachi-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { NetworkShape } from './network-shape.ts'

const most = {
  num_hidden_layers: 1024,
  num_attention_heads: 1024,
  num_key_value_heads: 1024,
  head_dim: 8192,
  hidden_size: 1 << 20,
  vocab_size: 1 << 22,
  max_position_embeddings: 1 << 24,
} as const

/**
 * Reads from `config.json` what a network's session has to know. The file is untrusted: each number is a whole one from 1 to
 * a bound that no network reaches.
 *
 * @throws RuntimeError `runtime/model-files`
 */
export const readNetworkShape = (config: Uint8Array, file: string): NetworkShape => {
  if (config.length > 1 << 20) throw damaged(file, `it has ${config.length} bytes`, 'at most 1 MiB')
  const values = parsed(config, file)
  const optional = (name: keyof typeof most): number | undefined => {
    const value = values[name]
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > most[name]) {
      throw damaged(file, `${name} is ${JSON.stringify(value).slice(0, 40)}`, `a whole number from 1 to ${most[name]}`)
    }
    return value
  }
  const required = (name: keyof typeof most): number => {
    const value = optional(name)
    if (value === undefined) throw damaged(file, `${name} is missing`, `a whole number from 1 to ${most[name]}`)
    return value
  }
  const heads = required('num_attention_heads')
  const stateHeads = optional('num_key_value_heads') ?? heads
  if (heads % stateHeads !== 0) throw damaged(file, `${heads} heads share ${stateHeads}`, 'heads that share evenly')
  return {
    layers: required('num_hidden_layers'),
    heads,
    stateHeads,
    headWidth: optional('head_dim') ?? Math.floor(required('hidden_size') / heads),
    vocabularySize: required('vocab_size'),
    window: required('max_position_embeddings'),
  }
}

const parsed = (config: Uint8Array, file: string): JsonObject => {
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(config))
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || KkachiError.is(error))) throw error
    throw damaged(file, 'it is not JSON that can be read', 'the config of a network', error)
  }
  throw damaged(file, 'it is no object', 'the config of a network')
}

const damaged = (file: string, what: string, expected: string, cause?: unknown): RuntimeError =>
  new RuntimeError(
    'runtime/model-files',
    `${file} cannot be used: ${what}. Expected ${expected}. Get its files anew.`,
    {
      cause,
    },
  )
