import { frozen, frozenPromptOf } from '../adapters/frozen.ts'
import type { FrozenField } from '../adapters/frozen-template.ts'
import type { Example } from '../data/example.ts'
import { ProgramFileError } from '../errors/program-file-error.ts'
import type { AnyModule, Module } from '../ports/module.ts'
import { signature } from '../signature/create.ts'
import type { FieldDefinition } from '../signature/field-definition.ts'
import type { Signature } from '../signature/signature.ts'
import { loadProgram } from './load-program.ts'
import { pointer, readProgramFile } from './program-file.ts'
import { withContext } from './with-context.ts'

/**
 * A program imported from Python DSPy by `kkachi import`: it learned what it learned there, and asks with the very
 * messages that DSPy sends. A file of `dspy.Predict` or `dspy.ChainOfThought` is the program; for any other, give a
 * program of your own whose predictors have the same paths and fields. Whatever is learned later keeps the prompts.
 *
 * @throws as `loadProgram`; ProgramFileError `program-file/mismatch` when nothing of the file is frozen, or was frozen
 * for other fields than the program has
 * @see docs/guide/import-from-dspy.md
 * @example
 * const classify = await importedProgram(await readFile('classify.json', 'utf8'))
 * const rag = await importedProgram(await readFile('rag.json', 'utf8'), ragProgram)
 */
export function importedProgram<Program extends AnyModule>(text: string, program: Program): Promise<Program>
export function importedProgram(text: string): Promise<Module<Example, Example>>
export async function importedProgram(text: string, given?: AnyModule): Promise<AnyModule> {
  const declared = importedSignature(text)
  if (declared === undefined) {
    throw new ProgramFileError(
      'program-file/mismatch',
      'The file has no frozen prompts. Write it with kkachi import, or load it with loadProgram.',
      { path: '/metadata/kkachi/adapter' },
    )
  }
  const loaded = given === undefined ? await loadProgram(text, { signature: declared }) : await loadProgram(text, given)
  for (const { path, signature: own, state: learned } of loaded.predictors) checkFields(path, own, learned)
  return withContext(loaded, { adapter: frozen })
}

/**
 * The signature of an imported program that is one predictor, from the types in its frozen prompts: the whole of it,
 * where no signature string could say it. Undefined when nothing of the file is frozen.
 *
 * @throws ProgramFileError as `importedProgram`
 */
export const importedSignature = (text: string): Signature | undefined => {
  const { state, kkachi } = readProgramFile(text)
  const [prompt] = Object.values(state).flatMap(one => frozenPromptOf(one) ?? [])
  if (prompt === undefined) return undefined
  const added = kkachi?.module === 'chain-of-thought' ? 'reasoning' : undefined // chainOfThought adds it again.
  const side = (role: FrozenField['role']): Record<string, FieldDefinition> =>
    Object.fromEntries(
      prompt.fields
        .filter(field => field.role === role && field.name !== added)
        .map(({ name, role: _, ...definition }) => [name, definition]),
    )
  return signature({ inputs: side('input'), outputs: side('output') })
}

const checkFields = (
  path: string,
  { inputs, outputs }: Signature,
  state: { readonly [key: string]: unknown },
): void => {
  const frozenFields = frozenPromptOf(state)?.fields.map(({ name }) => name) ?? []
  const own = [...inputs, ...outputs].map(({ name }) => name)
  if (frozenFields.length === 0 || frozenFields.join(', ') === own.join(', ')) return
  throw new ProgramFileError(
    'program-file/mismatch',
    `The prompts of '${path}' were frozen for the fields ${frozenFields.join(', ')}, the program has ${own.join(', ')}. Give the program the file was made from.`,
    { path: pointer('', path) },
  )
}
