import { RuntimeError } from '../../src/index.ts'
import { addressFiles, type ModelFiles, modelFileName, modelFilesDigest } from '../../src/inference/index.ts'
import type { AssetsBinding, BucketBinding } from './file-bindings.ts'

/**
 * The files of a model among the static assets of a Worker (`[assets]` with `binding = "ASSETS"` in wrangler.toml).
 *
 * @param folder from the root of the assets, like `nano`; all of them when absent
 * @throws RuntimeError `runtime/model-files`
 * @example
 * const files = assetFiles(env.ASSETS, 'models/nano')
 */
export const assetFiles = (assets: AssetsBinding, folder = ''): ModelFiles =>
  addressFiles(`https://assets.invalid/${folder}`, {
    fetch: (address, init) => assets.fetch(new Request(address, init)),
  })

/**
 * The files of a model in a bucket of R2.
 *
 * @param prefix of their keys, like `nano/`
 * @throws RuntimeError `runtime/model-files`
 * @example
 * const files = bucketFiles(env.MODELS, 'nano/')
 */
export const bucketFiles = (bucket: BucketBinding, prefix = ''): ModelFiles =>
  filesFrom('the bucket', {
    has: async name => (await bucket.head(prefix + name)) !== null,
    read: async name => (await bucket.get(prefix + name))?.arrayBuffer(),
    names: ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'],
  })

/**
 * The files of a model that are part of a Worker's script, by name: imported as data (`[[rules]]` with `type = "Data"`).
 *
 * @throws RuntimeError `runtime/model-files`
 * @example
 * const files = bundledFiles({ 'config.json': config, 'onnx/model.onnx': weights, … })
 */
export const bundledFiles = (files: Readonly<Record<string, ArrayBuffer>>): ModelFiles => {
  const find = (name: string): ArrayBuffer | undefined => (Object.hasOwn(files, name) ? files[name] : undefined)
  return filesFrom('the script', {
    has: async name => find(name) !== undefined,
    read: async name => find(name),
    names: Object.keys(files),
  })
}

interface Place {
  has(name: string): Promise<boolean>
  read(name: string): Promise<ArrayBuffer | undefined>
  readonly names: readonly string[]
}

const filesFrom = (place: string, { has, read, names: all }: Place): ModelFiles => {
  const bytesOf = async (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const bytes = await read(modelFileName(place, name))
    return bytes && new Uint8Array(bytes)
  }
  return {
    place,
    has: async name => has(modelFileName(place, name)),
    async read(name, { signal, onProgress } = {}) {
      const bytes = await bytesOf(name)
      signal?.throwIfAborted()
      if (!bytes) {
        const message = `The file ${name} of the model in ${place} is missing. Put all files of the model there.`
        throw new RuntimeError('runtime/model-files', message)
      }
      onProgress?.({ file: name, loaded: bytes.length, total: bytes.length })
      return bytes
    },
    async digest(names = all) {
      const found: [string, string][] = []
      for (const name of new Set(names)) {
        const bytes = await bytesOf(name)
        if (bytes) found.push([name, hexOf(await crypto.subtle.digest('SHA-256', bytes))])
      }
      return modelFilesDigest(found)
    },
  }
}

const hexOf = (digest: ArrayBuffer): string =>
  Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
