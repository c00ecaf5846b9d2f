import { RuntimeError } from '../errors/runtime-error.ts'
import { firstLine } from './runtime-failure.ts'

/**
 * The injected library, once it is seen to have what is expected of it: the one place where it is taken at its word.
 *
 * @throws RuntimeError `runtime/no-backend` when it cannot be loaded or lacks a part
 */
export const broughtRuntime = async <Runtime>(
  id: string,
  bring: () => Promise<unknown>,
  expected: readonly (keyof Runtime & string)[],
): Promise<Runtime> => {
  try {
    const library = await bring()
    const missing =
      typeof library === 'object' && library !== null ? expected.filter(name => !(name in library)) : expected
    if (missing.length === 0) return library as Runtime
    throw new TypeError(`it lacks ${missing.join(', ')}; version 4.3 or newer has them`)
  } catch (error) {
    throw new RuntimeError(
      'runtime/no-backend',
      `${id} needs @huggingface/transformers, which could not be loaded. Run: npm install @huggingface/transformers`,
      { cause: error, tried: [{ name: '@huggingface/transformers', reason: firstLine(error) }] },
    )
  }
}
