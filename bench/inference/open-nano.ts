import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { folderFiles } from '../../node/inference/folder-files.ts'
import { bringTextLibraries } from '../../src/inference/bring-text-libraries.ts'
import type { Network } from '../../src/inference/network.ts'
import { onnxNetwork } from '../../src/inference/onnx/onnx-network.ts'
import { broughtOnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'
import { readNetworkShape } from '../../src/inference/onnx/read-network-shape.ts'
import { type FileTokenizer, tokenizerFromFiles } from '../../src/inference/text/tokenizer-from-files.ts'

const nano = fileURLToPath(new URL('../../models/nano', import.meta.url))

/** The embedded model on one thread of the CPU, with its tokenizer. */
export const openNano = async (): Promise<{ readonly network: Network; readonly tokenizer: FileTokenizer }> => {
  const files = folderFiles(nano)
  const tokenizer = await tokenizerFromFiles(files, { libraries: bringTextLibraries })
  const network = await onnxNetwork({
    id: 'nano',
    runtime: await broughtOnnxRuntime('the bench', 'onnxruntime-node', () => import('onnxruntime-node')),
    graph: readFileSync(`${nano}/onnx/model.onnx`),
    shape: readNetworkShape(await files.read('config.json'), 'config.json'),
    device: 'cpu',
    threads: 1,
  })
  return { network, tokenizer }
}
