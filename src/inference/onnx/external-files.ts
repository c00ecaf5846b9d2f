import type { ModelFiles, ReadOptions } from '../model-files.ts'
import type { ExternalTensor } from './graph/external-tensors.ts'
import { weightsApart } from './graph/weights-apart.ts'
import type { ExternalData, ExternalFolder, OnnxRuntime } from './onnx-runtime.ts'

/** The files of weights beside a graph: in memory, or where the runtime reads them by itself. */
export interface ExternalFiles {
  readonly externalData?: readonly ExternalData[]
  readonly externalFolder?: ExternalFolder | undefined
}

export interface ExternalFilesOptions extends ReadOptions {
  readonly device: string
  readonly runtime: OnnxRuntime
}

/**
 * Finds the files that the tensors of a graph lie in.
 *
 * @param name of the graph; they lie beside it
 * @throws RuntimeError `runtime/model-files` when one is absent; the signal's reason when it aborts
 */
export const externalFiles = async (
  files: ModelFiles,
  name: string,
  tensors: readonly ExternalTensor[],
  { device, runtime, ...reading }: ExternalFilesOptions,
): Promise<ExternalFiles> => {
  const folder = name.slice(0, name.lastIndexOf('/') + 1)
  const paths = new Set(tensors.map(({ location }) => location))
  const externalFolder = await onDisk(files, folder, paths, { ...reading, device, runtime })
  const externalData: ExternalData[] = []
  if (externalFolder === undefined) {
    for (const path of paths) externalData.push({ path, data: await files.read(folder + path, reading) })
  }
  return { externalData, externalFolder }
}

/** Bytes of each file, by the name by which the graph calls it. */
export const externalSizes = ({ externalData = [], externalFolder }: ExternalFiles): ReadonlyMap<string, number> =>
  externalFolder?.sizes ?? new Map(externalData.map(({ path, data }) => [path, data.length]))

/** A graph as a device is best given it, with the files it calls: WebAssembly, whose memory never shrinks, copies less. */
export const handedOver = (
  id: string,
  device: string,
  graph: Uint8Array,
  { externalData = [], externalFolder }: ExternalFiles,
): { readonly graph: Uint8Array; readonly external: ExternalFiles } => {
  const apart = device === 'wasm' ? weightsApart(graph, id) : undefined
  return {
    graph: apart?.graph ?? graph,
    external: { externalData: apart ? [...externalData, apart.data] : externalData, externalFolder },
  }
}

/** How a session is told of them, beside other entries of its configuration. */
export const externalOptions = (
  { externalData = [], externalFolder }: ExternalFiles,
  extra?: unknown,
): Readonly<Record<string, unknown>> => ({
  ...(externalData.length > 0 && { externalData }),
  ...(externalFolder !== undefined && { extra: withFolder(extra, externalFolder.folder) }),
})

/** Entries of a session's configuration, with the folder in which weights of a graph in memory lie. */
const withFolder = (extra: unknown, folder: string): Readonly<Record<string, unknown>> => {
  const others = isRecord(extra) ? extra : {}
  const session = isRecord(others.session) ? others.session : {}
  return { ...others, session: { ...session, model_external_initializers_file_folder_path: folder } }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * The folder of a disk where all these files lie by their names, for onnxruntime-node: what it is given in memory it copies,
 * and a gigabyte of weights took three.
 */
const onDisk = async (
  files: ModelFiles,
  folder: string,
  paths: ReadonlySet<string>,
  { device, runtime, ...reading }: ExternalFilesOptions,
): Promise<ExternalFolder | undefined> => {
  if (files.locate === undefined || paths.size === 0) return undefined
  if (device === 'wasm' || runtime.env?.versions?.web !== undefined) return undefined
  const look = async () => {
    const [places, sizes] = [new Set<string>(), new Map<string, number>()]
    for (const path of paths) {
      const located = await files.locate?.(folder + path, reading)
      if (located === undefined || !located.path.replaceAll('\\', '/').endsWith(`/${path}`)) return undefined
      places.add(located.path.slice(0, -path.length))
      sizes.set(path, located.bytes)
    }
    return { places, sizes }
  }
  const first = await look()
  // Where nobody told their versions, files can lie side by side only once all of them came.
  const { places, sizes } = (first && first.places.size > 1 ? await look() : first) ?? {}
  const [common, another] = places ?? []
  return common === undefined || another !== undefined || sizes === undefined ? undefined : { folder: common, sizes }
}
