import { RuntimeError } from '../../src/index.ts'
import type { LocalModelEvent, OnnxModelOptions, OnnxPlace } from '../../src/inference/index.ts'
import { onnxruntimeNode } from './onnxruntime-node.ts'

/**
 * The onnxruntime that is installed: onnxruntime-node, or onnxruntime-web, whose WebAssembly runs here too. Found by its
 * name; nothing is loaded.
 */
export const onnxruntimeHere = (): Required<Pick<OnnxModelOptions, 'runtime' | 'library' | 'reasons'>> =>
  isInstalled('onnxruntime-node') || !isInstalled('onnxruntime-web')
    ? { library: 'onnxruntime-node', runtime: onnxruntimeNode, reasons: ['onnxruntime-node is used.'] }
    : {
        library: 'onnxruntime-web',
        runtime: () => import('onnxruntime-web'),
        reasons: ['onnxruntime-node is not installed: the WebAssembly of onnxruntime-web is used.'],
      }

type Opening = NonNullable<OnnxModelOptions['opening']>

/** Opens a model on the WebAssembly of onnxruntime-web, where that is installed, when onnxruntime-node cannot be started. */
export const orWasm = (
  opening: Opening = open => open({}),
  { onEvent = () => {}, web = isInstalled('onnxruntime-web') }: OrWasmOptions = {},
): Opening => {
  let broken = false
  return async open => {
    if (!broken) {
      try {
        return await opening(open)
      } catch (error) {
        const isMissing = error instanceof RuntimeError && error.code === 'runtime/no-backend'
        if (!web || !isMissing) throw error
        onEvent({ type: 'degraded', from: 'cpu', to: 'wasm', reason: error.message })
        broken = true
      }
    }
    return open(onWasm)
  }
}

export interface OrWasmOptions {
  readonly onEvent?: ((event: LocalModelEvent) => void) | undefined
  /** Whether onnxruntime-web is installed; found out when absent. */
  readonly web?: boolean
}

const onWasm: OnnxPlace = {
  ...{ library: 'onnxruntime-web', runtime: () => import('onnxruntime-web'), device: 'wasm' },
  reasons: ['onnxruntime-node could not be started: the WebAssembly of onnxruntime-web is used.'],
}

const isInstalled = (name: string): boolean => {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
