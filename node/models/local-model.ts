import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  grammarEngine,
  hubFiles,
  type LocalModel,
  type ModelFiles,
  type OnnxModelOptions,
  onnxModel,
} from '../../src/inference/index.ts'
import { folderFileCache } from '../inference/folder-file-cache.ts'
import { folderFiles } from '../inference/folder-files.ts'
import { grammarWasm } from '../inference/grammar-wasm.ts'
import { packageRoot } from '../package-root.ts'
import { onnxruntimeHere } from './onnxruntime-here.ts'

export interface LocalModelOptions
  extends Partial<
    Pick<
      OnnxModelOptions,
      | 'attentionBytes'
      | 'device'
      | 'maxTokens'
      | 'onEvent'
      | 'seed'
      | 'thinking'
      | 'thinkingBudget'
      | 'threads'
      | 'tools'
      | 'weights'
    >
  > {
  /** Whether it obeys grammars and schemas; true when absent. */
  readonly grammar?: boolean
  /** Of a repository on the hub: a branch, a tag or a commit; `main` when absent. */
  readonly revision?: string
  /** For repositories that are not open to all. */
  readonly token?: string
  /** Where files from the hub are kept; `kkachi/models` in the user's cache folder when absent. */
  readonly cacheFolder?: string
}

/**
 * A language model on this machine: `nano`, which comes with the package, a folder in the layout of a hub repository, or the
 * id of a repository on the hub (`onnx-community/Qwen3-0.6B-ONNX`). It needs onnxruntime-node installed, or onnxruntime-web,
 * which is slower.
 *
 * 1. `weights` are `fp32` in a folder and `q4` from the hub, when absent.
 * 2. The promises of `onnxModel` hold.
 *
 * @throws as `onnxModel`, at the first call; ConfigurationError `configuration/invalid` for a name that is none
 * @example
 * const model = localModel('nano')
 */
export const localModel = (name: string, options: LocalModelOptions = {}): LocalModel => {
  const { grammar = true, revision, token, cacheFolder, ...rest } = options
  const isNano = name === 'nano'
  const folder = isNano
    ? join(packageRoot(), 'models', 'nano')
    : existsSync(join(name, 'config.json'))
      ? name
      : undefined
  const files: ModelFiles =
    folder === undefined
      ? hubFiles(name, {
          cache: folderFileCache(cacheFolder ?? modelsFolder()),
          ...(revision !== undefined && { revision }),
          ...(token !== undefined && { token }),
        })
      : folderFiles(resolve(folder))
  return onnxModel({
    ...(isNano ? nano : {}),
    weights: folder === undefined ? 'q4' : 'fp32',
    ...rest,
    ...{ id: `local/${name}`, files },
    ...onnxruntimeHere(),
    ...(grammar && { grammar: vocabulary => grammarEngine({ vocabulary, wasm: grammarWasm }) }),
  })
}

/** The work of one token of so small a network is less than handing it to a second thread. */
const nano = { threads: 1, tools: false, writesInstructions: false } as const

/** Where downloaded models are kept for all projects of a user. */
export const modelsFolder = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kkachi', 'models')
