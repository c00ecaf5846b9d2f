import { webAssembly } from '../ports/web-assembly.ts'
import type { EngineModule } from './engine-loader.ts'

/**
 * The engine, from the bytes of `kkachi/sandbox/quickjs.wasm`. Workers do not compile: there the file is imported as a
 * module, and that is the engine.
 *
 * @example
 * const engine = () => fetch(url).then(answer => answer.arrayBuffer()).then(compileEngine)
 */
export const compileEngine = (bytes: Uint8Array | ArrayBuffer): Promise<EngineModule> => webAssembly().compile(bytes)
