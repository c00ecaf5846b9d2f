import { basename } from 'node:path'
import { ConfigurationError, type Signature } from '../../src/index.ts'
import { type Flags, texts } from './flags.ts'
import { type AnyProgram, isModuleFile, programFromFlags } from './program-from-flags.ts'

/** One of two programs, and the files it came from. */
export interface ComparedProgram {
  readonly name: string
  readonly program: AnyProgram
}

/**
 * The two programs of a comparison: two `--program`, of which modules take the `--state` files in their order; or one
 * module, as it is written and with its `--state`, or with each of two.
 *
 * @throws ConfigurationError, SignatureError, ProgramFileError naming the file
 */
export const comparedPrograms = async (
  flags: Flags,
  environment: Environment,
): Promise<readonly [ComparedProgram, ComparedProgram]> => {
  const [before, after] = sides(texts(flags, 'program'), texts(flags, 'state'))
  return [await load(flags, before, environment), await load(flags, after, environment)]
}

interface Side {
  readonly program: string
  readonly state?: string | undefined
}

const sides = (programs: readonly string[], states: readonly string[]): readonly [Side, Side] => {
  const [first, second] = programs
  if (first === undefined || programs.length > 2) throw wrong(`${programs.length} --program were given`)
  if (second === undefined) {
    const [state, other] = states
    if (!isModuleFile(first) || state === undefined || states.length > 2) throw wrong('one --program was given')
    return other === undefined
      ? [{ program: first }, { program: first, state }]
      : [
          { program: first, state },
          { program: first, state: other },
        ]
  }
  const modules = programs.filter(isModuleFile)
  if (states.length > 0 && states.length !== modules.length) {
    throw wrong(`there are ${states.length} --state for ${modules.length} modules`)
  }
  const left = [...states]
  const side = (program: string): Side => (isModuleFile(program) ? { program, state: left.shift() } : { program })
  return [side(first), side(second)]
}

type Environment = Readonly<Record<string, string | undefined>>

const load = async (flags: Flags, { program, state }: Side, environment: Environment): Promise<ComparedProgram> => ({
  name: state === undefined ? program : `${basename(program)} with ${state}`,
  program: await programFromFlags({ ...flags, program, state }, environment),
})

const wrong = (given: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    `Expected two programs to compare, but ${given}. Write --program before.json --program after.json, or --program ./program.ts --state before.json --state after.json.`,
    { option: 'program' },
  )

/** A signature with the fields of both, for rows that both can read. */
export const bothSignatures = (first: Signature, second: Signature): Signature => ({
  ...first,
  inputs: [...first.inputs, ...second.inputs.filter(({ name }) => first.inputs.every(field => field.name !== name))],
  outputs: [
    ...first.outputs,
    ...second.outputs.filter(({ name }) => first.outputs.every(field => field.name !== name)),
  ],
})
