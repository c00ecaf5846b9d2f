import { chat } from '../adapters/chat.ts'
import { compact } from '../adapters/compact.ts'
import { frozen } from '../adapters/frozen.ts'
import { json } from '../adapters/json.ts'
import { xml } from '../adapters/xml.ts'
import type { Example } from '../data/example.ts'
import { ProgramFileError } from '../errors/program-file-error.ts'
import { importedProgram } from '../modules/frozen-program.ts'
import { loadProgram } from '../modules/load-program.ts'
import { pointer, readProgramFile } from '../modules/program-file.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Module } from '../ports/module.ts'

/** A program as it runs: what a file holds, read. */
export interface ReadProgram {
  readonly program: Module<Example, Example>
  readonly adapter: Adapter
}

/** The prompt formats a file may name. */
const adapters: readonly Adapter[] = [chat, json, xml, compact, frozen]

/** Demos a predictor may have. */
const maxDemos = 1000

/**
 * Reads a program file that can run without code of its own: one `predict` or `chainOfThought`.
 *
 * @throws ProgramFileError when it is no such file, names a prompt format we do not have, or has more than 1000 demos
 */
export const readProgram = async (text: string): Promise<ReadProgram> => {
  const { state, kkachi } = readProgramFile(text)
  const isFrozen = kkachi?.adapter === frozen.name // Such a file says its types with its prompts.
  if (kkachi?.signature === undefined && !isFrozen) {
    const message = 'The file does not say the types of its fields. Give them beside it: ?signature=text -> label'
    throw new ProgramFileError('program-file/mismatch', message, { path: '/metadata/kkachi/signature' })
  }
  for (const [path, { demos }] of Object.entries(state)) {
    if (demos.length <= maxDemos) continue
    const message = `A predictor has ${demos.length} demos. Keep ${maxDemos} or fewer.`
    throw new ProgramFileError('program-file/shape', message, { path: `${pointer('', path)}/demos` })
  }
  const name = kkachi?.adapter ?? chat.name
  const adapter = adapters.find(one => one.name === name)
  if (adapter === undefined) {
    const known = adapters.map(one => one.name).join(', ')
    const message = `The file was made for a prompt format this server does not have. Expected one of ${known}.`
    throw new ProgramFileError('program-file/mismatch', message, { path: '/metadata/kkachi/adapter' })
  }
  return { program: isFrozen ? await importedProgram(text) : await loadProgram(text), adapter }
}
