import { ConfigurationError, KkachiError } from '../../src/index.ts'
import { recipeOf } from '../build/compile-file.ts'
import { compileRecipe } from '../build/compile-recipe.ts'
import { folderWatch } from '../build/folder-watch.ts'
import { type ModuleFile, moduleFiles, staleFiles, writeStale } from '../build/module-files.ts'
import { watchedPaths } from '../build/watched-paths.ts'
import { checkPlace } from './check-place.ts'
import type { Command } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, type Flags, required, text } from './flags.ts'
import { jsonLine, type Terminal } from './terminal.ts'

/** `kkachi compile`: a program as a typed module of a build. Equal files give equal modules. */
export const compileCommand: Command = {
  name: 'compile',
  summary: 'makes a typed module of a program file or a .kkachi source',
  usage: 'kkachi compile triage.kkachi --out src/generated/triage.ts',
  argument: 'program',
  flags: {
    program: { value: 'FILE', help: 'a program file, or a .kkachi source; --program may be left out' },
    out: { value: 'FILE', help: 'ends in .ts, .mts, .js or .mjs with .d.ts beside it, or .d.ts' },
    signature: { value: 'S', help: 'the types of a program file that Python DSPy wrote' },
    check: { help: 'writes nothing; exit code 1 when --out is not what would be written' },
    watch: { help: 'compiles again when a file that it depends on changes' },
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const file = required(flags, 'program', 'triage.kkachi')
    const out = required(flags, 'out', 'src/generated/triage.ts')
    if (flags.check !== true) await checkPlace(out, 'out')
    if (flags.watch !== true) return compileOnce(file, flags, terminal)
    const watch = folderWatch(signal)
    for (;;) {
      try {
        watch.follow(watchedPaths(file, undefined))
        watch.follow(watchedPaths(file, await recipeOf(file, options(flags))))
        await compileOnce(file, flags, terminal)
      } catch (error) {
        if (!KkachiError.is(error) || error instanceof ConfigurationError) throw error
        terminal.err(`kkachi: ${error.message} [${error.code}]\n`)
      }
      await watch.changed()
    }
  },
}

const options = (flags: Flags) => {
  const signature = text(flags, 'signature')
  return signature === undefined ? {} : { signature }
}

const compileOnce = async (file: string, flags: Flags, terminal: Terminal): Promise<number> => {
  const out = required(flags, 'out', 'src/generated/triage.ts')
  const compiled = await compileRecipe(await recipeOf(file, options(flags)))
  const files = moduleFiles(compiled, out)
  if (flags.check === true) {
    const stale = await staleFiles(files)
    for (const one of stale)
      terminal.err(`kkachi: ${one.file} is not what ${file} compiles to. ${remedy(flags, file)}\n`)
    tell(stale, false)
    return stale.length === 0 ? exitCodes.done : exitCodes.failure
  }
  tell(await writeStale(files), true)
  return exitCodes.done

  function tell(changed: readonly ModuleFile[], isWritten: boolean): void {
    const { demos, examples, digest } = compiled.constants
    const names = changed.map(one => one.file)
    if (flags.json === true) {
      const state = isWritten ? { written: names } : { stale: names }
      terminal.out(jsonLine({ ...{ type: 'result', out, demos, examples, digest }, ...state }))
    } else if (isWritten) {
      const done = names.length === 0 ? `${out} is up to date` : `${names.join(' and ')} written`
      terminal.out(`${done}: ${demos} demos, learned ${digest.slice(0, 12)}\n`)
    }
  }
}

const remedy = (flags: Flags, file: string): string => {
  const signature = text(flags, 'signature')
  const types = signature === undefined ? '' : ` --signature ${JSON.stringify(signature)}`
  return `Write: kkachi compile ${file} --out ${text(flags, 'out')}${types}`
}
