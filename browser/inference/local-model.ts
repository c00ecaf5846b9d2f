import { answerGrammars } from '../../src/adapters/index.ts'
import { ConfigurationError } from '../../src/index.ts'
import type { LocalModelEvent } from '../../src/inference/index.ts'
import type { ModelSettings } from './model-settings.ts'
import type { ModelSource } from './model-source.ts'
import { nanoFiles } from './nano-files.ts'
import type { PickedFile } from './picked-files.ts'
import { startWorker } from './start-worker.ts'
import { type WorkerLike, type WorkerModel, workerModel } from './worker-model.ts'

export interface LocalModelOptions
  extends Partial<Omit<ModelSettings, 'id' | 'source' | 'wasmPaths' | 'writesInstructions'>> {
  /**
   * The model's files where they do not lie in one folder: addresses by name (`config.json`, `onnx/model.onnx`), or what the
   * user picked (`<input type="file" webkitdirectory>`).
   */
  readonly files?: Readonly<Record<string, string | URL>> | Iterable<PickedFile>
  /**
   * What files have to be, by their names: SHA-256 in hexadecimal digits. Others are refused; what is kept of them is used
   * without asking. Of a folder or `files`: the hub tells its own.
   */
  readonly sha256?: Readonly<Record<string, string>>
  /** Of a repository on the hub: a branch, a tag or a commit; `main` when absent. */
  readonly revision?: string
  /** The files of onnxruntime-web, or the folder they are in; when absent, where the bundler put them. */
  readonly wasmPaths?: string | URL | { readonly wasm: string | URL; readonly mjs?: string | URL }
  /** Starts the worker; one with this package's own script when absent. */
  readonly worker?: () => WorkerLike
  /** Hears where the model runs, how far its files are, and that it goes on with less. */
  readonly onEvent?: (event: LocalModelEvent) => void
}

/**
 * A language model in this browser, in a Web Worker of its own: `nano`, which comes with the package; a folder in the layout
 * of a hub repository, by its address (`/models/mine/`, `https://…`); or the id of a repository on the hub. Needs
 * onnxruntime-web installed, and a bundler that follows `new URL(…, import.meta.url)`.
 *
 * 1. Nothing is loaded before the first call, or load(). Only a repository on the hub, and addresses given here, are fetched
 *    from elsewhere, and kept in the browser; the runtime and `nano` are files of the page's own origin.
 * 2. `device: 'auto'` takes the GPU where the model gains by it. What a GPU computes is compared with WebAssembly at load;
 *    one that computes wrongly, is refused or lost gives way to WebAssembly, told as an event. A call under way on a device
 *    that is lost rejects with `runtime/failed`.
 * 3. More than one thread needs a page that is isolated from other origins.
 * 4. The promises of `workerModel` and `onnxModel` hold. With a grammar or a schema it answers in form.
 *
 * @throws as `workerModel` and `onnxModel`, from calls; ConfigurationError `configuration/invalid` for an address that is none
 * @example
 * const model = localModel('nano')
 * const answer = await predict('text -> label').run({ text: 'A joy from start to end.' }, { model })
 * await model.close()
 */
export const localModel = (name: string, options: LocalModelOptions = {}): WorkerModel => {
  const {
    worker = startWorker,
    onEvent,
    files: _files,
    sha256: _sha256,
    revision: _revision,
    wasmPaths,
    ...given
  } = options
  const { device = 'auto', grammar = true } = given
  const settings: ModelSettings = {
    ...given,
    ...(name === 'nano' && { weights: given.weights ?? 'fp32', writesInstructions: false }),
    ...{ id: `local/${name}`, source: sourceOf(name, options), device },
    ...(wasmPaths !== undefined && { wasmPaths: absolutePaths(wasmPaths) }),
  }
  return workerModel({
    ...{ id: settings.id, scores: true, onEvent },
    capabilities: {
      ...{ responseSchema: grammar, grammar, images: false },
      ...(grammar && { answerGrammars }),
      ...(name === 'nano' && { writesInstructions: false }),
      ...(given.thinking === true && { reasoning: true }),
    },
    start: () => {
      const started: Pick<Worker, 'postMessage'> & WorkerLike = worker()
      started.postMessage(settings)
      return started
    },
  })
}

const sourceOf = (name: string, { files, sha256, revision }: LocalModelOptions): ModelSource => {
  const checked = sha256 === undefined ? {} : { sha256 }
  if (files && isPicked(files)) return { picked: Array.from(files) }
  if (files) {
    return { files: Object.fromEntries(Object.entries(files).map(([path, url]) => [path, absolute(url)])), ...checked }
  }
  if (name === 'nano') return { files: nanoFiles(), isOfPage: true }
  if (/^(\.{0,2}\/|https?:)/.test(name)) {
    return { folder: absolute(name.endsWith('/') ? name : `${name}/`), ...checked }
  }
  return { repository: name, ...(revision !== undefined && { revision }) }
}

const isPicked = (files: NonNullable<LocalModelOptions['files']>): files is Iterable<PickedFile> =>
  Symbol.iterator in files

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
