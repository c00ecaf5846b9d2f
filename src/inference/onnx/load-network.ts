import { RuntimeError } from '../../errors/runtime-error.ts'
import type { WeightType } from '../backend-config.ts'
import type { ModelFiles, ReadOptions } from '../model-files.ts'
import { externalTensors } from './graph/external-tensors.ts'
import { type OnnxNetwork, type OnnxNetworkOptions, onnxNetwork } from './onnx-network.ts'
import type { ExternalData, ExternalFolder } from './onnx-runtime.ts'
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
  const folder = name.slice(0, name.lastIndexOf('/') + 1)
  const paths = new Set(externalTensors(graph, `${name} of ${id}`).map(({ location }) => location))
  const externalFolder = await onDisk(files, folder, paths, rest)
  const externalData: ExternalData[] = []
  if (externalFolder === undefined) {
    for (const path of paths) externalData.push({ path, data: await files.read(folder + path, reading) })
  }
  signal?.throwIfAborted()
  return onnxNetwork({ ...rest, id, graph, externalData, externalFolder, shape })
}

/**
 * The folder of a disk where all these files lie by their names, for onnxruntime-node: what it is given in memory it copies,
 * and a gigabyte of weights took three.
 */
const onDisk = async (
  files: ModelFiles,
  folder: string,
  paths: ReadonlySet<string>,
  { device, runtime }: Pick<LoadNetworkOptions, 'device' | 'runtime'>,
): Promise<ExternalFolder | undefined> => {
  if (files.locate === undefined || paths.size === 0) return undefined
  if (device === 'wasm' || runtime.env?.versions?.web !== undefined) return undefined
  const sizes = new Map<string, number>()
  let common: string | undefined
  for (const path of paths) {
    const located = await files.locate(folder + path)
    if (located === undefined || !located.path.replaceAll('\\', '/').endsWith(`/${path}`)) return undefined
    const place = located.path.slice(0, -path.length)
    if (common !== undefined && common !== place) return undefined
    common = place
    sizes.set(path, located.bytes)
  }
  return common === undefined ? undefined : { folder: common, sizes }
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
