import type { OnnxModelOptions } from '../../src/inference/index.ts'
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

const isInstalled = (name: string): boolean => {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
