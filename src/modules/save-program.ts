import { canonicalJson } from '../data/canonical-json.ts'
import type { JsonObject } from '../data/json.ts'
import { sha256 } from '../data/sha256.ts'
import { ProgramFileError } from '../errors/program-file-error.ts'
import type { AnyModule, Demo, PredictorState, ProgramState } from '../ports/module.ts'
import type { Field } from '../signature/field.ts'
import { remove } from '../signature/operations.ts'
import { savedValue } from '../signature/saved-value.ts'
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
  const state = plainState(withSavedDemos(program))
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
  const entries = Object.entries(state).map(([path, one]) => [path, asSaved(one)] as const)
  const lone = entries.length === 1 ? entries.find(([path]) => path === self)?.[1] : undefined
  const predictors = lone ?? Object.fromEntries(entries)
  return `${JSON.stringify({ ...predictors, metadata: { dependency_versions: {}, kkachi } }, null, 2)}\n`
}

/** A module whose source is what it learns has nothing else in DSPy's files. */
const asSaved = (state: PredictorState): object =>
  typeof state.module_src === 'string' ? { module_src: state.module_src, lm: state.lm } : state

/** Demos as DSPy writes them: an image is there what DSPy makes of it. */
const withSavedDemos = ({ state, predictors }: AnyModule): ProgramState => {
  const saved = predictors.flatMap(({ path, signature }) => {
    const one = state[path]
    const fields = [...signature.inputs, ...signature.outputs]
    return one === undefined ? [] : [[path, { ...one, demos: one.demos.map(demo => savedDemo(fields, demo)) }] as const]
  })
  return { ...state, ...Object.fromEntries(saved) }
}

const savedDemo = (fields: readonly Field[], demo: Demo): Demo => {
  const given = fields.filter(({ name }) => Object.hasOwn(demo, name))
  return { ...demo, ...Object.fromEntries(given.map(({ name, type }) => [name, savedValue(type, demo[name])])) }
}

/** The signature as it was given: chainOfThought adds its reasoning again when the file is loaded. */
const declaredSignature = ({ kind, signature }: AnyModule): Signature =>
  kind === 'chain-of-thought' ? remove(signature, 'reasoning') : signature

/** The digest of what a program learned: equal states, equal digest. */
export const stateDigest = (state: ProgramState): Promise<string> => sha256(canonicalJson(plainState(state)))

/** The state as JSON carries it: sets are lists, what is undefined is gone. */
const plainState = (state: ProgramState): ProgramState =>
  JSON.parse(JSON.stringify(state, (_key, value: unknown) => (value instanceof Set ? [...value] : value)))
