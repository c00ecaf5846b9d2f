import type { JsonObject, JsonValue } from '../data/json.ts'
import { objectOf } from '../data/json-shape.ts'
import { pointer } from '../modules/program-file.ts'

/**
 * JSON pointers to the parts of a program file that have no effect here.
 *
 * They are kept, since DSPy may need them, and told to who uploads: a file cannot name a model, an address or a key, and
 * nobody is to believe that it did. `rows`: whether rows to look neighbors up in have an effect.
 */
export const partsWithoutEffect = (
  file: JsonValue,
  { rows = false }: { readonly rows?: boolean } = {},
): readonly string[] => {
  const inPredictor = [...inEveryPredictor, ...(rows ? ['train', 'neighbors'] : [])]
  const { metadata = null, ...rest } = objectOf(file)
  const isLone = 'signature' in rest && 'demos' in rest
  const predictors = isLone ? [['', rest] as const] : Object.entries(rest).map(([path, of]) => [pointer('', path), of])
  const { kkachi = null } = objectOf(metadata)
  return [
    ...predictors.flatMap(([at, predictor]) => unknown(`${at}`, objectOf(predictor), inPredictor)),
    ...unknown('/metadata', objectOf(metadata), inMetadata),
    ...unknown('/metadata/kkachi', objectOf(kkachi), inKkachi),
  ]
}

/** `kkachi` holds frozen prompts. */
const inEveryPredictor: readonly string[] = ['traces', 'demos', 'signature', 'kkachi']
const inMetadata: readonly string[] = ['dependency_versions', 'kkachi']
const inKkachi: readonly string[] = ['format', 'module', 'signature', 'adapter', 'provenance', 'digest']

/** `null` and an empty list name nothing, so they need no telling. */
const unknown = (at: string, parts: JsonObject, known: readonly string[]): readonly string[] =>
  Object.entries(parts)
    .filter(([name, value]) => value !== null && !isEmpty(value) && !known.includes(name))
    .map(([name]) => pointer(at, name))

const isEmpty = (value: JsonValue): boolean => Array.isArray(value) && value.length === 0
