/**
 * Where the files of the embedded model are. Each is named by itself, for bundlers to find and to move. The path holds
 * for this file and for what the build makes of it: both lie two folders below the package's root.
 */
export const nanoFiles = (): Readonly<Record<string, string>> => ({
  'config.json': new URL('../../models/nano/config.json', import.meta.url).href,
  'generation_config.json': new URL('../../models/nano/generation_config.json', import.meta.url).href,
  'tokenizer.json': new URL('../../models/nano/tokenizer.json', import.meta.url).href,
  'tokenizer_config.json': new URL('../../models/nano/tokenizer_config.json', import.meta.url).href,
  'onnx/model.onnx': new URL('../../models/nano/onnx/model.onnx', import.meta.url).href,
  'onnx/model_quantized.onnx': new URL('../../models/nano/onnx/model_quantized.onnx', import.meta.url).href,
})
