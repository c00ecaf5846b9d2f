import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { localEmbedder } from '../../node/models/local-embedder.ts'
import { onnxruntimeHere } from '../../node/models/onnxruntime-here.ts'
import { onnxEmbedder } from '../../src/inference/onnx-embedder.ts'
import recorded from '../vectors/embeddings/vectors.json' with { type: 'json' }
import { filesOf } from './files-of.ts'

const folder = fileURLToPath(new URL('tiny-embedder', import.meta.url))
const { texts, cases, source } = recorded

/** The files of the tiny model, and some of a repository of sentence-transformers. */
const withFiles = async (others: Readonly<Record<string, unknown>>) => {
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx']
  const own = await Promise.all(names.map(async name => [name, Uint8Array.from(await readFile(`${folder}/${name}`))]))
  return filesOf({ ...Object.fromEntries(own), ...others })
}

const embedderOver = async (
  others: Readonly<Record<string, unknown>>,
  options: { readonly normalize?: boolean } = {},
) => onnxEmbedder({ id: 'local/tiny', files: await withFiles(others), ...onnxruntimeHere(), ...options })

/** The greatest difference of any two numbers. */
const apart = (found: readonly Float32Array[], expected: readonly (readonly number[])[]): number =>
  Math.max(
    ...expected.flatMap((vector, row) => vector.map((value, at) => Math.abs((found[row]?.[at] ?? Number.NaN) - value))),
  )

describe(`vectors, beside ${source}`, () => {
  test.each(cases)('are the same by $pooling of $longest tokens at most, normalize: $normalize', async told => {
    const pooling_mode = told.pooling === 'last_token' ? 'lasttoken' : told.pooling
    const embedder = await embedderOver(
      { '1_Pooling/config.json': { pooling_mode }, 'sentence_bert_config.json': { max_seq_length: told.longest } },
      { normalize: told.normalize },
    )
    expect(apart(await embedder.embed(texts), told.vectors)).toBeLessThan(1e-5)
  })

  test('are the same where the caller says how', async () => {
    for (const { pooling, normalize, vectors } of cases.filter(({ longest }) => longest === 64)) {
      if (pooling !== 'mean' && pooling !== 'cls' && pooling !== 'last_token') continue
      const found = await localEmbedder(folder, { pooling, normalize, batchSize: 3 }).embed(texts)
      expect(apart(found, vectors)).toBeLessThan(1e-5)
    }
  })

  test('are not made in a way that is not known', async () => {
    const embedder = await embedderOver({ '1_Pooling/config.json': { pooling_mode: 'weightedmean' } })
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'runtime/model-files' })
  })
})
