import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileEngine, type EngineModule } from '../../src/sandbox/index.ts'
import { packageRoot } from '../package-root.ts'

/**
 * The engine for untrusted code that comes with the package, compiled.
 *
 * @example
 * const sandbox = quickjsSandbox({ engine: quickjsEngine })
 */
export const quickjsEngine = async (): Promise<EngineModule> =>
  compileEngine(await readFile(join(packageRoot(), 'sandbox', 'quickjs.wasm')))
