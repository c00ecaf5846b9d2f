import type { JsonObject, JsonValue } from '../data/json.ts'
import { parseJson } from '../data/safe-json.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { ProgramFileError } from '../errors/program-file-error.ts'
import type { PredictorState, ProgramState } from '../ports/module.ts'
import { self } from './predictor-path.ts'

/** The newest `metadata.kkachi.format` this version reads and the one it writes. */
export const fileFormat = 1

/** What stands in `metadata.kkachi`: what DSPy's format has no place for. All of it is optional to a reader. */
export interface FileMetadata {
  readonly format: number
  /** `predict`, `chain-of-thought`, `program`. */
  readonly module?: string
  /** The signature as a string; absent when its types cannot be written as one. */
  readonly signature?: string
  readonly adapter?: string
  readonly provenance?: JsonObject
  /** SHA-256 (hex) of the canonical JSON of the predictors. */
  readonly digest?: string
}

export interface ProgramFile {
  readonly state: ProgramState
  /** Absent in a file that DSPy wrote. */
  readonly kkachi: FileMetadata | undefined
}

/**
 * Reads the text of a program file: DSPy's JSON, with or without our metadata. Checks its shape, not whether it fits.
 *
 * @throws ProgramFileError `program-file/parse`, `program-file/shape` with the JSON pointer of the part that is wrong,
 * `program-file/version` for a newer format or one of DSPy before 2.6
 */
export const readProgramFile = (text: string): ProgramFile => {
  const file = asObject(parsed(text), '')
  const metadata = file.metadata === undefined ? undefined : asObject(file.metadata, '/metadata')
  const kkachi = metadata?.kkachi === undefined ? undefined : readMetadata(metadata.kkachi)
  const isLone = ('signature' in file && Array.isArray(file.demos)) || typeof file.module_src === 'string'
  const entries = isLone
    ? [[self, withoutMetadata(file)] as const]
    : Object.entries(file).filter(([path]) => path !== 'metadata')
  const state = entries.map(([path, value]) => [path, readState(value, isLone ? '' : pointer('', path))] as const)
  if (state.length === 0) throw wrongShape('', 'at least one predictor', file)
  return { state: Object.fromEntries(state), kkachi }
}

const parsed = (text: string): JsonValue => {
  try {
    return parseJson(text)
  } catch (error) {
    const reason = KkachiError.is(error) || error instanceof SyntaxError ? error.message : String(error)
    throw new ProgramFileError('program-file/parse', `Expected a program file in JSON: ${reason}`, {
      path: '',
      cause: error,
    })
  }
}

const readMetadata = (value: JsonValue): FileMetadata => {
  const at = '/metadata/kkachi'
  const { format, module, signature, adapter, provenance, digest } = asObject(value, at)
  if (typeof format !== 'number') throw wrongShape(`${at}/format`, 'a number', format)
  if (format > fileFormat) {
    throw new ProgramFileError(
      'program-file/version',
      `The file has format ${format}, this version reads ${fileFormat} and older. Update kkachi.`,
      { path: `${at}/format` },
    )
  }
  return {
    format,
    ...(module === undefined ? {} : { module: asText(module, `${at}/module`) }),
    ...(signature === undefined ? {} : { signature: asText(signature, `${at}/signature`) }),
    ...(adapter === undefined ? {} : { adapter: asText(adapter, `${at}/adapter`) }),
    ...(provenance === undefined ? {} : { provenance: asObject(provenance, `${at}/provenance`) }),
    ...(digest === undefined ? {} : { digest: asText(digest, `${at}/digest`) }),
  }
}

const readState = (value: JsonValue, at: string): PredictorState => {
  const state = asObject(value, at)
  if (state.extended_signature !== undefined) {
    throw new ProgramFileError(
      'program-file/version',
      'The file was written by DSPy 2.5 or older. Load it there and save it again with DSPy 2.6 or newer.',
      { path: `${at}/extended_signature` },
    )
  }
  const lm = state.lm === undefined || state.lm === null ? null : asObject(state.lm, `${at}/lm`)
  // A module whose source is what it learns, DSPy's Flex, has nothing else.
  if (typeof state.module_src === 'string') return { ...state, ...learnedNothing, lm }
  const signature = asObject(state.signature, `${at}/signature`)
  const fields = asList(signature.fields, `${at}/signature/fields`).map((value, index) => {
    const path = `${at}/signature/fields/${index}`
    const field = asObject(value, path)
    return {
      prefix: asText(field.prefix, `${path}/prefix`),
      description: asText(field.description, `${path}/description`),
    }
  })
  return {
    ...state,
    traces: state.traces === undefined ? [] : asList(state.traces, `${at}/traces`),
    train: state.train === undefined ? [] : asList(state.train, `${at}/train`),
    demos: (state.demos === undefined ? [] : asList(state.demos, `${at}/demos`)).map((demo, index) =>
      asObject(demo, `${at}/demos/${index}`),
    ),
    signature: { ...signature, instructions: asText(signature.instructions, `${at}/signature/instructions`), fields },
    lm,
  }
}

/** What a predictor has that learned nothing, its signature's fields aside. */
const learnedNothing = { traces: [], train: [], demos: [], signature: { instructions: '', fields: [] } }

const withoutMetadata = ({ metadata: _, ...state }: JsonObject): JsonObject => state

const asObject = (value: JsonValue | undefined, path: string): JsonObject => {
  if (typeof value === 'object' && value !== null && !isList(value)) return value
  throw wrongShape(path, 'an object', value)
}

const asList = (value: JsonValue | undefined, path: string): readonly JsonValue[] => {
  if (value !== undefined && isList(value)) return value
  throw wrongShape(path, 'a list', value)
}

const asText = (value: JsonValue | undefined, path: string): string => {
  if (typeof value === 'string') return value
  throw wrongShape(path, 'a string', value)
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value)

const wrongShape = (path: string, expected: string, value: JsonValue | undefined): ProgramFileError =>
  new ProgramFileError(
    'program-file/shape',
    `Expected ${expected} at ${path === '' ? 'the top of the file' : path}, got ${kindOf(value)}. Is it a file that saveProgram or DSPy's save() wrote?`,
    { path },
  )

const kindOf = (value: JsonValue | undefined): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value
}

/** The JSON pointer (RFC 6901) of a key inside the part at `path`. */
export const pointer = (path: string, key: string): string =>
  `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
