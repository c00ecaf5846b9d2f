import { transformersEmbedder } from '../../src/inference/index.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

/** The files of the tiny network, each named by itself, as those of nano are. */
const files = {
  'config.json': new URL('../inference/tiny-embedder/config.json', import.meta.url).href,
  'tokenizer.json': new URL('../inference/tiny-embedder/tokenizer.json', import.meta.url).href,
  'tokenizer_config.json': new URL('../inference/tiny-embedder/tokenizer_config.json', import.meta.url).href,
  'onnx/model.onnx': new URL('../inference/tiny-embedder/onnx/model.onnx', import.meta.url).href,
}

/** The library, told that its files lie here and that nothing may be fetched from elsewhere. */
const runtime = async (): Promise<unknown> => {
  const library = await import('@huggingface/transformers')
  Object.assign(library.env, { useWasmCache: false, useBrowserCache: false, allowRemoteModels: false })
  Object.assign(library.env, { allowLocalModels: true, localModelPath: '/kkachi/' })
  library.env.fetch = (input: string | URL) => {
    const url = Reflect.get(files, String(input).replace('/kkachi/model/', ''))
    return url === undefined ? Promise.resolve(new Response(null, { status: 404 })) : fetch(url)
  }
  Object.assign(library.env.backends.onnx.wasm ?? {}, { numThreads: 1, wasmPaths: undefined })
  return library
}

const embedder = transformersEmbedder({
  id: 'local/tiny-embedder',
  source: 'model',
  runtime,
  load: { dtype: 'fp32', device: 'wasm' },
})

describeEmbedder('a local ONNX embedder in a page', { make: () => embedder, tolerance: 1e-5 })
