import { ConfigurationError } from '../../src/index.ts'
import type { TransformersLoadOptions, TransformersModelOptions } from '../../src/inference/index.ts'
import { nanoFiles } from './nano-files.ts'
import { startWorker } from './start-worker.ts'
import type { ModelSettings } from './worker.ts'
import { type WorkerLike, type WorkerModel, workerModel } from './worker-model.ts'

export interface LocalModelOptions extends Partial<Pick<TransformersModelOptions, 'maxTokens' | 'thinking' | 'seed'>> {
  /** What to load: `dtype`, `revision`, `session_options`. It runs on WebAssembly. */
  readonly load?: Omit<TransformersLoadOptions, 'local_files_only'>
  /** Addresses of the model's files by name (`config.json`, `onnx/model.onnx`), where they do not lie in one folder. */
  readonly files?: Readonly<Record<string, string | URL>>
  /** The WebAssembly of onnxruntime-web, or the folder it is in; when absent, where the bundler put it. */
  readonly wasmPaths?: string | URL | { readonly wasm: string | URL; readonly mjs?: string | URL }
  /** Starts the worker; one with this package's own script when absent. */
  readonly worker?: () => WorkerLike
}

/**
 * A language model in this browser, in a Web Worker of its own: `nano`, which comes with the package; a folder in the
 * layout of transformers.js, by its address (`/models/mine/`, `https://…`); or the id of a repository on the hub. Needs
 * @huggingface/transformers installed, and a bundler that follows `new URL(…, import.meta.url)`.
 *
 * 1. Nothing is loaded before the first call. Only a repository on the hub, and addresses given here, are fetched from
 *    elsewhere; runtime and `nano` are files of the page's own origin.
 * 2. The promises of `workerModel` and `transformersModel` hold.
 *
 * @throws as `workerModel` and `transformersModel`, from calls; ConfigurationError `configuration/invalid` for an address
 *   that is none
 * @example
 * const model = localModel('nano')
 * const answer = await predict('text -> label').run({ text: 'A joy from start to end.' }, { model })
 * model.close()
 */
export const localModel = (name: string, options: LocalModelOptions = {}): WorkerModel => {
  const { worker = startWorker, load, wasmPaths, maxTokens, thinking, seed } = options
  const settings: ModelSettings = {
    id: `local/${name}`,
    source: sourceOf(name, options.files),
    load: { ...(name === 'nano' && { dtype: 'fp32' }), ...load },
    ...(wasmPaths !== undefined && { wasmPaths: absolutePaths(wasmPaths) }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(thinking !== undefined && { thinking }),
    ...(seed !== undefined && { seed }),
  }
  return workerModel({
    id: settings.id,
    scores: true,
    capabilities: {
      ...{ responseSchema: false, tools: false, images: false, grammar: false },
      ...(name === 'nano' && { writesInstructions: false }),
    },
    start: () => {
      const started: Pick<Worker, 'postMessage'> & WorkerLike = worker()
      started.postMessage(settings)
      return started
    },
  })
}

const sourceOf = (name: string, files: LocalModelOptions['files']): ModelSettings['source'] => {
  if (files) return { files: Object.fromEntries(Object.entries(files).map(([path, url]) => [path, absolute(url)])) }
  if (name === 'nano') return { files: nanoFiles() }
  if (/^(\.{0,2}\/|https?:)/.test(name)) return { folder: absolute(name.endsWith('/') ? name : `${name}/`) }
  return { repository: name }
}

const absolutePaths = (paths: NonNullable<LocalModelOptions['wasmPaths']>): NonNullable<ModelSettings['wasmPaths']> =>
  typeof paths === 'string' || paths instanceof URL
    ? absolute(paths)
    : { wasm: absolute(paths.wasm), ...(paths.mjs !== undefined && { mjs: absolute(paths.mjs) }) }

/** Seen from the page: the worker's script may lie elsewhere. */
const absolute = (url: string | URL): string => {
  try {
    return new URL(url, location.href).href
  } catch (cause) {
    const message = `Expected the address of a file or folder, got '${String(url)}'. Write one like /models/mine/.`
    throw new ConfigurationError('configuration/invalid', message, { option: 'files', cause })
  }
}
