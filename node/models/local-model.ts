import { join } from 'node:path'
import { grammarEngine, type LocalModel, type OnnxModelOptions, onnxModel } from '../../src/inference/index.ts'
import { folderFiles } from '../inference/folder-files.ts'
import { grammarWasm } from '../inference/grammar-wasm.ts'
import { packageRoot } from '../package-root.ts'
import { fileSystemStorage } from '../storage/file-system.ts'
import { chosenPlace } from './chosen-place.ts'
import { besidesFiles, modelsFolder, type NamedFilesOptions, namedFiles } from './named-files.ts'
import { onnxruntimeHere, orWasm } from './onnxruntime-here.ts'

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
 * 2. It runs on the CPU, or on a GPU that onnxruntime-node reaches (CUDA, WebGPU, DirectML, CoreML), whichever is faster:
 *    where there is a GPU, both are tried once for a fifth of a second, and the result is kept beside the cache. A GPU that does
 *    not start, computes other numbers than the CPU or breaks off gives way, told by `degraded`. With a `device` it runs
 *    there or not at all.
 * 3. The promises of `onnxModel` hold.
 *
 * @throws as `onnxModel`, at the first call; ConfigurationError `configuration/invalid` for a name that is none
 * @example
 * const model = localModel('nano')
 */
export const localModel = (name: string, options: LocalModelOptions = {}): LocalModel => {
  const { grammar = true, device = 'auto', ...rest } = besidesFiles(options)
  const isNano = name === 'nano'
  const { files, isFolder } = isNano
    ? { files: folderFiles(join(packageRoot(), 'models', 'nano')), isFolder: true }
    : namedFiles(name, options)
  const weights = rest.weights ?? (isFolder ? 'fp32' : 'q4')
  const here = onnxruntimeHere()
  const given = { id: `local/${name}`, files, weights }
  const chooses = device === 'auto' && here.library === 'onnxruntime-node'
  const chosen = (): NonNullable<OnnxModelOptions['opening']> => {
    const { threads, attentionBytes, onEvent } = rest
    const storage = fileSystemStorage(join(options.cacheFolder ?? modelsFolder(), 'speeds'))
    return chosenPlace({ ...given, threads, attentionBytes, onEvent, storage })
  }
  return onnxModel({
    ...(isNano ? nano : {}),
    ...rest,
    ...given,
    ...here,
    ...(device !== 'auto' && { device }),
    ...(chooses && { opening: orWasm(isNano ? undefined : chosen(), rest) }),
    ...(grammar && { grammar: vocabulary => grammarEngine({ vocabulary, wasm: grammarWasm }) }),
  })
}

/** The work of one token of so small a network is less than handing it to a second thread. */
const nano = { threads: 1, writesInstructions: false } as const
