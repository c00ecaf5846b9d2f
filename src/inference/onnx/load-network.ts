import { RuntimeError } from '../../errors/runtime-error.ts'
import type { WeightType } from '../backend-config.ts'
import type { ModelFiles, ReadOptions } from '../model-files.ts'
import { externalFiles } from './external-files.ts'
import { externalTensors } from './graph/external-tensors.ts'
import { networkWith, type OnnxNetwork, type OnnxNetworkOptions } from './onnx-network.ts'
import { readNetworkShape } from './read-network-shape.ts'

export interface LoadNetworkOptions
  extends ReadOptions,
    Pick<OnnxNetworkOptions, 'runtime' | 'device' | 'gpuDevice' | 'threads' | 'sessionOptions'> {
  readonly weights: WeightType
  /** Names the network in errors; the place of its files when left out. */
  readonly id?: string
}

/** The graph of each type of weights, as repositories name it. */
export const graphFiles: Readonly<Record<WeightType, string>> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  q8: 'onnx/model_quantized.onnx',
  q4: 'onnx/model_q4.onnx',
  q4f16: 'onnx/model_q4f16.onnx',
}

/**
 * Loads a network from its files: `config.json`, the graph of the weights wanted, and the files that hold its weights, which
 * lie beside the graph.
 *
 * @throws RuntimeError `runtime/model-files` when files are absent, damaged, or lie; `runtime/no-backend`,
 * `runtime/out-of-memory`; the signal's reason when it aborts
 * @example
 * const network = await loadNetwork(files, { runtime, weights: 'fp32', device: 'cpu', threads: 1 })
 */
export const loadNetwork = async (files: ModelFiles, options: LoadNetworkOptions): Promise<OnnxNetwork> => {
  const { weights, signal, onProgress, id = files.place, ...rest } = options
  const reading = { signal, onProgress }
  const shape = readNetworkShape(await files.read('config.json', reading), `config.json of ${id}`)
  const name = graphFiles[weights]
  if (!(await files.has(name))) throw await without(files, name)
  const graph = await files.read(name, reading)
  const tensors = externalTensors(graph, `${name} of ${id}`)
  const external = await externalFiles(files, name, tensors, { ...reading, device: rest.device, runtime: rest.runtime })
  signal?.throwIfAborted()
  return networkWith({ ...rest, ...external, id, graph, shape }, tensors)
}

const without = async (files: ModelFiles, name: string): Promise<RuntimeError> => {
  const there: string[] = []
  for (const [weights, file] of Object.entries(graphFiles)) if (await files.has(file)) there.push(weights)
  return new RuntimeError(
    'runtime/model-files',
    there.length === 0
      ? `${files.place} has no ${name}. Expected a repository with ONNX files in the layout of transformers.js.`
      : `${files.place} has no ${name}. Load it with weights that are there: ${there.join(', ')}.`,
  )
}
