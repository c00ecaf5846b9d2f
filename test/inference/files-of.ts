import { RuntimeError } from '../../src/errors/runtime-error.ts'
import type { ModelFiles } from '../../src/inference/model-files.ts'

/** The files of a model that exists in a test alone: bytes, text, or a value that is written as JSON. */
export const filesOf = (files: Readonly<Record<string, unknown>>, digest = 'd'.repeat(64)): ModelFiles => ({
  place: 'a test',
  has: async name => Object.hasOwn(files, name),
  async read(name) {
    if (!Object.hasOwn(files, name)) {
      throw new RuntimeError('runtime/model-files', `${name} is not among the files of a test. Put it there.`)
    }
    const content = files[name]
    if (content instanceof Uint8Array) return Uint8Array.from(content)
    return new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))
  },
  digest: async () => digest,
})
