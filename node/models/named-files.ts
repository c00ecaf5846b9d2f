import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { ConfigurationError } from '../../src/index.ts'
import { hubFiles, type ModelFiles } from '../../src/inference/index.ts'
import { folderFileCache } from '../inference/folder-file-cache.ts'
import { folderFiles } from '../inference/folder-files.ts'

export interface NamedFilesOptions {
  /** Of a repository on the hub: a branch, a tag or a commit; `main` when absent. */
  readonly revision?: string
  /** For repositories that are not open to all. */
  readonly token?: string
  /** Of a hub of one's own, or a mirror; `https://huggingface.co` when absent. */
  readonly endpoint?: string
  /** Uses what the cache keeps and asks nobody; false when absent. */
  readonly offline?: boolean
  /** Where files from the hub are kept; `kkachi/models` in the user's cache folder when absent. */
  readonly cacheFolder?: string
}

/**
 * The files of a model by the name one types: a folder with a `config.json`, or the id of a repository on the hub.
 *
 * @throws ConfigurationError `configuration/invalid` for a name that is neither
 */
export const namedFiles = (
  name: string,
  { revision, token, endpoint, offline, cacheFolder }: NamedFilesOptions,
): { readonly files: ModelFiles; readonly isFolder: boolean } => {
  if (existsSync(join(name, 'config.json'))) return { files: folderFiles(resolve(name)), isFolder: true }
  if (existsSync(name)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected a folder with a config.json, and ${resolve(name)} has none. Check the path, or move it if you mean the hub.`,
      { option: 'model' },
    )
  }
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(name)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected a folder with a config.json, or a repository on the hub like onnx-community/Qwen3-0.6B-ONNX, got '${name}'. Check the path.`,
      { option: 'model' },
    )
  }
  const options = {
    cache: folderFileCache(cacheFolder ?? modelsFolder()),
    ...(revision !== undefined && { revision }),
    ...(token !== undefined && { token }),
    ...(endpoint !== undefined && { endpoint }),
    ...(offline !== undefined && { offline }),
  }
  return { files: hubFiles(name, options), isFolder: false }
}

/** What of a local model's options is not about where its files come from. */
export const besidesFiles = <T extends NamedFilesOptions>(options: T): Omit<T, keyof NamedFilesOptions> => {
  const { revision: _, token: __, endpoint: ___, offline: ____, cacheFolder: _____, ...rest } = options
  return rest
}

/** Where downloaded models are kept for all projects of a user. */
export const modelsFolder = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kkachi', 'models')
