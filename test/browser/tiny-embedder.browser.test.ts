import { transformersRuntime } from '../../browser/inference/transformers-runtime.ts'
import { transformersEmbedder } from '../../src/inference/index.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

/** The files of the tiny network, each named by itself, as those of nano are. */
const files = {
  'config.json': new URL('../inference/tiny-embedder/config.json', import.meta.url).href,
  'tokenizer.json': new URL('../inference/tiny-embedder/tokenizer.json', import.meta.url).href,
  'tokenizer_config.json': new URL('../inference/tiny-embedder/tokenizer_config.json', import.meta.url).href,
  'onnx/model.onnx': new URL('../inference/tiny-embedder/onnx/model.onnx', import.meta.url).href,
}

const embedder = transformersEmbedder({
  id: 'local/tiny-embedder',
  source: 'model',
  runtime: () => transformersRuntime({ files }, undefined),
  load: { dtype: 'fp32', device: 'wasm' },
})

describeEmbedder('a local ONNX embedder in a page', { make: () => embedder, tolerance: 1e-5 })
