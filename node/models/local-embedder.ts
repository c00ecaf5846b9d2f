import type { Embedder } from '../../src/index.ts'
import { type OnnxEmbedderOptions, onnxEmbedder } from '../../src/inference/index.ts'
import { besidesFiles, type NamedFilesOptions, namedFiles } from './named-files.ts'
import { onnxruntimeHere } from './onnxruntime-here.ts'

export interface LocalEmbedderOptions
  extends NamedFilesOptions,
    Partial<
      Pick<OnnxEmbedderOptions, 'batchSize' | 'device' | 'normalize' | 'pooling' | 'prefixes' | 'threads' | 'weights'>
    > {}

/**
 * An embedding model on this machine: a folder in the layout of a hub repository, or the id of a repository on the hub
 * (`onnx-community/all-MiniLM-L6-v2-ONNX`). It needs onnxruntime-node installed, or onnxruntime-web, which is slower.
 *
 * @throws as `onnxEmbedder`, at the first call; ConfigurationError `configuration/invalid` for a name that is none
 * @example
 * const embedder = localEmbedder('onnx-community/all-MiniLM-L6-v2-ONNX')
 */
export const localEmbedder = (name: string, options: LocalEmbedderOptions = {}): Embedder => {
  const { files } = namedFiles(name, options)
  const { library, runtime } = onnxruntimeHere()
  return onnxEmbedder({ ...besidesFiles(options), id: `local/${name}`.replaceAll(/\s/g, '_'), files, library, runtime })
}
