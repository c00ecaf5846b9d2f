import type { JsonObject, JsonValue } from '../../data/json.ts'
import { isObject } from '../../data/json-shape.ts'
import { assertSafe } from '../../data/safe-json.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { ModelFiles } from '../model-files.ts'

export interface ModelJsonOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes at most; 1 MiB when absent. */
  readonly maxBytes?: number
  /** A path of keys to a table of words, whose keys may be any: they are never looked up, only listed. */
  readonly words?: readonly [string, string]
}

const mebibyte = 2 ** 20

/**
 * Reads one of a model's JSON files, which nobody vouches for: an object of bounded size, no key that reaches a prototype.
 *
 * @throws RuntimeError `runtime/model-files` with the file and what is wrong with it
 */
export const modelJson = async (
  files: ModelFiles,
  name: string,
  { signal, maxBytes = mebibyte, words }: ModelJsonOptions = {},
): Promise<JsonObject> => {
  const bytes = await files.read(name, { signal })
  if (bytes.length > maxBytes) {
    throw badFile(files, name, `it has ${bytes.length} bytes, at most ${maxBytes} are read`)
  }
  let value: JsonValue
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
    if (isObject(value)) assertSafe(words === undefined ? value : without(value, words))
  } catch (cause) {
    throw badFile(files, name, 'it is no JSON that can be trusted', cause)
  }
  if (!isObject(value)) throw badFile(files, name, 'it is no JSON object')
  return value
}

/** The same of a file that need not be there: empty then. */
export const optionalModelJson = async (
  files: ModelFiles,
  name: string,
  options: ModelJsonOptions = {},
): Promise<JsonObject> => ((await files.has(name)) ? modelJson(files, name, options) : {})

/** What is wrong with a file of a model. */
export const badFile = ({ place }: ModelFiles, name: string, wrong: string, cause?: unknown): RuntimeError =>
  new RuntimeError(
    'runtime/model-files',
    `${name} of the model at ${place} cannot be used: ${wrong}. Get the files again, or use another model.`,
    cause === undefined ? {} : { cause },
  )

const without = (value: JsonObject, [outer, inner]: readonly [string, string]): JsonObject => {
  const part = value[outer]
  return isObject(part) ? { ...value, [outer]: { ...part, [inner]: null } } : value
}
