import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frozenPromptOf } from '../../src/adapters/index.ts'
import { importedProgram } from '../../src/index.ts'
import { type ProgramFile, readProgramFile } from '../../src/modules/index.ts'
import { writeAtomically } from '../write-atomically.ts'
import { checkPlace } from './check-place.ts'
import type { Command } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, required, text } from './flags.ts'
import { runImporter } from './run-importer.ts'
import { jsonLine } from './terminal.ts'

/** `kkachi import`: a program of Python DSPy as a program file, with the prompts that DSPy sends. */
export const importCommand: Command = {
  name: 'import',
  summary: 'brings a Python DSPy program over, its prompts byte for byte',
  usage: 'kkachi import --program my_package.programs:rag --state rag.json --out program.json',
  flags: {
    program: { value: 'MODULE:NAME', help: 'a dspy.Module, or a class or function that gives one; FILE.py:NAME too' },
    state: { value: 'FILE', help: 'what program.save() wrote in Python' },
    out: { value: 'FILE', help: 'the program file; program.json when absent' },
    python: { value: 'PATH', help: 'a Python that has DSPy; KKACHI_PYTHON or python3 when absent' },
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const program = required(flags, 'program', 'my_package.programs:rag')
    const out = text(flags, 'out') ?? 'program.json'
    await checkPlace(out, 'out')
    const python = text(flags, 'python') ?? terminal.environment.KKACHI_PYTHON ?? 'python3'
    const folder = await mkdtemp(join(tmpdir(), 'kkachi-import-'))
    try {
      const made = join(folder, 'program.json')
      const state = text(flags, 'state')
      await runImporter(
        python,
        ['--program', program, '--out', made, ...(state === undefined ? [] : ['--state', state])],
        {
          tell: line => terminal.err(line),
          signal,
        },
      )
      const file = await readFile(made, 'utf8')
      const read = readProgramFile(file)
      if (read.kkachi?.module !== 'program') await importedProgram(file) // Nothing is written that could not be loaded.
      const notes = notesOf(read)
      await writeAtomically(out, file)
      terminal.out(flags.json === true ? jsonLine(asResult(read, out, notes)) : asText(read, out, notes))
      return exitCodes.done
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** What could not be brought over whole, as the importer says it. */
const notesOf = ({ state }: ProgramFile): readonly string[] =>
  Object.entries(state).flatMap(([path, predictor]) =>
    (frozenPromptOf(predictor)?.notes ?? []).map(note => `${path}: ${note}`),
  )

const asResult = ({ state, kkachi }: ProgramFile, out: string, notes: readonly string[]) => ({
  ...{ type: 'result', out, module: kkachi?.module, predictors: Object.keys(state) },
  ...{ importedFrom: kkachi?.provenance?.importedFrom, notes },
})

const asText = ({ state, kkachi }: ProgramFile, out: string, notes: readonly string[]): string => {
  const paths = Object.keys(state)
  const needsCode = kkachi?.module === 'program'
  return [
    `${out}: ${kkachi?.module} with ${paths.length === 1 ? 'one predictor' : `${paths.length} predictors: ${paths.join(', ')}`}`,
    ...notes.map(note => `  note: ${note}`),
    needsCode
      ? `Its code is Python: write a program whose predictors have these paths, then kkachi run --program ./program.ts --state ${out}`
      : `Try it: kkachi run --program ${out} --input '{…}'`,
    '',
  ].join('\n')
}
