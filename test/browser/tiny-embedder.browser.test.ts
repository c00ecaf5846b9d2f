import { addressFiles, onnxEmbedder } from '../../src/inference/index.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

/** The files of the tiny network, each named by itself, as those of nano are. */
const files = addressFiles({
  'config.json': new URL('../inference/tiny-embedder/config.json', import.meta.url).href,
  'tokenizer.json': new URL('../inference/tiny-embedder/tokenizer.json', import.meta.url).href,
  'tokenizer_config.json': new URL('../inference/tiny-embedder/tokenizer_config.json', import.meta.url).href,
  'onnx/model.onnx': new URL('../inference/tiny-embedder/onnx/model.onnx', import.meta.url).href,
})

const runtime = async (): Promise<unknown> => {
  const library = await import('onnxruntime-web/wasm')
  library.env.wasm.numThreads = 1
  return library
}

const embedder = onnxEmbedder({ id: 'local/tiny-embedder', files, runtime, device: 'wasm' })

describeEmbedder('a local ONNX embedder in a page', { make: () => embedder, tolerance: 1e-5 })
