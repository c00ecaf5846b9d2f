import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { LanguageModel } from '../../src/index.ts'
import {
  type TransformersLoadOptions as LoadOptions,
  type TransformersModelOptions,
  transformersModel,
} from '../../src/inference/index.ts'
import { packageRoot } from '../package-root.ts'
import { folderDigest } from './folder-digest.ts'

export type LocalModelOptions = Partial<Pick<TransformersModelOptions, 'load' | 'maxTokens' | 'thinking' | 'seed'>>

/**
 * A language model on this machine: `nano`, which comes with the package, a folder in the layout of transformers.js, or
 * the id of a repository on the hub (`onnx-community/Qwen3-0.6B-ONNX`). Needs @huggingface/transformers installed.
 *
 * @throws as `transformersModel`, at the first call
 * @example
 * const model = localModel('nano')
 */
export const localModel = (name: string, options: LocalModelOptions = {}): LanguageModel => {
  const source = sourceOf(name)
  const load: LoadOptions = {
    ...(source.isFolder ? { dtype: 'fp32', local_files_only: true } : {}),
    ...(name === 'nano' ? { session_options: oneThread } : {}),
    ...options.load,
  }
  const model = transformersModel({
    ...options,
    id: `local/${name}`,
    source: source.path,
    runtime: () => import('@huggingface/transformers'),
    load,
    // A model may be trained again under its name; one on the hub is what its id and revision say.
    ...(source.isFolder ? { revision: () => folderDigest(source.path) } : {}),
  })
  return name === 'nano' ? { ...model, capabilities: { ...model.capabilities, writesInstructions: false } } : model
}

/** The work of one token of so small a network is less than handing it to a second thread. */
const oneThread = { intraOpNumThreads: 1, interOpNumThreads: 1 }

const sourceOf = (name: string): { readonly path: string; readonly isFolder: boolean } => {
  if (name === 'nano') return { path: join(packageRoot(), 'models', 'nano'), isFolder: true }
  return existsSync(join(name, 'config.json'))
    ? { path: resolve(name), isFolder: true }
    : { path: name, isFolder: false }
}
