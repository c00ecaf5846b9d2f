import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Embedder } from '../../src/index.ts'
import { type TransformersEmbedderOptions, transformersEmbedder } from '../../src/inference/index.ts'

export type LocalEmbedderOptions = Partial<
  Pick<TransformersEmbedderOptions, 'load' | 'pooling' | 'normalize' | 'prefixes' | 'batchSize'>
>

/**
 * An embedding model on this machine: a folder in the layout of transformers.js, or the id of a repository on the hub
 * (`onnx-community/all-MiniLM-L6-v2-ONNX`). Needs @huggingface/transformers installed.
 *
 * @throws as `transformersEmbedder`, at the first call
 * @example
 * const embedder = localEmbedder('onnx-community/all-MiniLM-L6-v2-ONNX')
 */
export const localEmbedder = (name: string, options: LocalEmbedderOptions = {}): Embedder => {
  const isFolder = existsSync(join(name, 'config.json'))
  return transformersEmbedder({
    ...options,
    id: `local/${name}`.replaceAll(/\s/g, '_'),
    source: isFolder ? resolve(name) : name,
    runtime: () => import('@huggingface/transformers'),
    load: { ...(isFolder ? { dtype: 'fp32', local_files_only: true } : {}), ...options.load },
  })
}
