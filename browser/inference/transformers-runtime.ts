import { addressOf, type ModelSource } from './model-source.ts'

/** A folder, or the files themselves. */
export type WasmPaths = string | { readonly wasm: string; readonly mjs?: string }

/** Under this path the library asks for the files of a model that is not on the hub. */
const root = '/kkachi/'

/**
 * Loads @huggingface/transformers (checked with 4.3.1) for a worker that it has to itself, since its settings are global.
 *
 * The library takes its WebAssembly from a content delivery network unless told otherwise. Here it is where onnxruntime-web
 * itself looks when told nothing: beside its own script, where bundlers put it, so that the two always fit.
 */
export const transformersRuntime = async (source: ModelSource, wasmPaths: WasmPaths | undefined): Promise<unknown> => {
  const library = await import('@huggingface/transformers')
  const { env } = library
  const isHub = 'repository' in source
  const { wasm } = env.backends.onnx
  if (wasm) {
    Object.assign(wasm, { wasmPaths })
    // Threads need a page that is isolated from other origins; small networks gain nothing by them.
    if (!crossOriginIsolated) wasm.numThreads = 1
  }
  // Its cache keeps scripts as blobs, which a content security policy forbids, and files under names, which outlive them.
  Object.assign(env, {
    useWasmCache: false,
    useBrowserCache: isHub,
    allowLocalModels: !isHub,
    allowRemoteModels: isHub,
  })
  if (!isHub) {
    env.localModelPath = root
    env.fetch = (input: string | URL, init?: RequestInit) => {
      const path = String(input)
      const file = path.startsWith(`${root}model/`) ? path.slice(root.length + 'model/'.length) : path
      const url = addressOf(source, file)
      return url === undefined ? Promise.resolve(new Response(null, { status: 404 })) : fetch(url, init)
    }
  }
  return { ...library, AutoModelForCausalLM: breathing(library.AutoModelForCausalLM) }
}

type Loader = { from_pretrained(...options: never[]): Promise<unknown> }

/**
 * The same networks, but each step waits for the messages that have arrived: a whole generation runs without a pause
 * otherwise, and no abort would be heard before its end.
 */
const breathing = (loader: Loader): Loader => ({
  async from_pretrained(...options) {
    const model = await loader.from_pretrained(...options)
    if (typeof model !== 'function' || !('forward' in model) || typeof model.forward !== 'function') return model
    const step = model.forward.bind(model)
    model.forward = async (...inputs: unknown[]) => {
      await messages()
      return step(...inputs)
    }
    return model
  },
})

/** Lets the messages in the queue be handled. */
const messages = (): Promise<void> =>
  new Promise(resolve => {
    const { port1, port2 } = channel()
    port1.addEventListener('message', () => resolve(), { once: true })
    port2.postMessage(undefined)
  })

let opened: MessageChannel | undefined

/** One for all steps: messages arrive in order, and a step that hears that of another loses nothing but the pause. */
const channel = (): MessageChannel => {
  if (!opened) {
    opened = new MessageChannel()
    opened.port1.start()
  }
  return opened
}
