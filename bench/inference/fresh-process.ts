import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** Runs a program in a process of its own, as somebody who installed the package would, and reads the JSON it prints last. */
export const inFreshProcess = async (
  program: string,
  flags: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, number>>> => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    { cwd: dirname(import.meta.dirname), env: { ...env, ...settings } },
  )
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}')
}
