import { join } from 'node:path'
import { grammarEngine, type LocalModel, type OnnxModelOptions, onnxModel } from '../../src/inference/index.ts'
import { folderFiles } from '../inference/folder-files.ts'
import { grammarWasm } from '../inference/grammar-wasm.ts'
import { packageRoot } from '../package-root.ts'
import { besidesFiles, type NamedFilesOptions, namedFiles } from './named-files.ts'
import { onnxruntimeHere } from './onnxruntime-here.ts'

export interface LocalModelOptions
  extends NamedFilesOptions,
    Partial<
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
  const { grammar = true, ...rest } = besidesFiles(options)
  const isNano = name === 'nano'
  const { files, isFolder } = isNano
    ? { files: folderFiles(join(packageRoot(), 'models', 'nano')), isFolder: true }
    : namedFiles(name, options)
  return onnxModel({
    ...(isNano ? nano : {}),
    weights: isFolder ? 'fp32' : 'q4',
    ...rest,
    ...{ id: `local/${name}`, files },
    ...onnxruntimeHere(),
    ...(grammar && { grammar: vocabulary => grammarEngine({ vocabulary, wasm: grammarWasm }) }),
  })
}

/** The work of one token of so small a network is less than handing it to a second thread. */
const nano = { threads: 1, writesInstructions: false } as const
