import { canonicalJson } from '../data/canonical-json.ts'
import type { JsonObject } from '../data/json.ts'
import { sha256 } from '../data/sha256.ts'
import { ProgramFileError } from '../errors/program-file-error.ts'
import type { AnyModule, ProgramState } from '../ports/module.ts'
import { remove } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { signatureText } from '../signature/signature-text.ts'
import { self } from './predictor-path.ts'
import { type FileMetadata, fileFormat } from './program-file.ts'

export interface SaveOptions {
  /** The prompt format the program was optimized with, by name. */
  readonly adapter?: string
  /** Where the state comes from: optimizer, seed, data, scores, cost. Plain JSON; no secrets. */
  readonly provenance?: JsonObject
}

/**
 * The text of a program file: what the program learned, in DSPy's own JSON, so that Python DSPy 3.4 loads it too. What
 * DSPy has no place for stands in `metadata.kkachi`.
 *
 * @throws ProgramFileError `program-file/shape` for a predictor called `metadata`, which the format has taken
 * @example
 * await writeFile('classify.json', await saveProgram(program))
 */
export const saveProgram = async (program: AnyModule, options: SaveOptions = {}): Promise<string> => {
  const state = plainState(program.state)
  if (Object.hasOwn(state, 'metadata')) {
    throw new ProgramFileError(
      'program-file/shape',
      "A predictor is called 'metadata', which program files use themselves. Give the child another name.",
      { path: '/metadata' },
    )
  }
  const signature = signatureText(declaredSignature(program))
  const kkachi: FileMetadata = {
    format: fileFormat,
    module: program.kind,
    ...(signature === undefined ? {} : { signature }),
    ...options,
    digest: await stateDigest(state),
  }
  const predictors = Object.keys(state).length === 1 && state[self] !== undefined ? state[self] : state
  return `${JSON.stringify({ ...predictors, metadata: { dependency_versions: {}, kkachi } }, null, 2)}\n`
}

/** The signature as it was given: chainOfThought adds its reasoning again when the file is loaded. */
const declaredSignature = ({ kind, signature }: AnyModule): Signature =>
  kind === 'chain-of-thought' ? remove(signature, 'reasoning') : signature

/** The digest of what a program learned: equal states, equal digest. */
export const stateDigest = (state: ProgramState): Promise<string> => sha256(canonicalJson(plainState(state)))

/** The state as JSON carries it: sets are lists, what is undefined is gone. */
const plainState = (state: ProgramState): ProgramState =>
  JSON.parse(JSON.stringify(state, (_key, value: unknown) => (value instanceof Set ? [...value] : value)))
