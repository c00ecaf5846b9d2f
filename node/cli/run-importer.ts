import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError } from '../../src/index.ts'
import { packageRoot } from '../package-root.ts'

export interface ImporterOptions {
  /** What the user's own code prints, as it comes. */
  readonly tell: (text: string) => void
  readonly signal: AbortSignal
}

/** What the importer writes before its last word. */
const lead = 'kkachi import: '

/**
 * Runs the importer, which is Python, with a Python of the user's. No shell is between: arguments stay arguments.
 *
 * @throws ConfigurationError with the importer's own sentence when it refused, `configuration/missing` when there is no
 * such Python
 */
export const runImporter = (
  python: string,
  args: readonly string[],
  { tell, signal }: ImporterOptions,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = join(packageRoot(), 'python', 'kkachi_import')
    if (!existsSync(script))
      return reject(invalid('program', `The importer is missing: ${script}. Install kkachi again.`))
    const child = spawn(python, ['-B', script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', tell)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000)
    })
    child.on('error', error => reject(signal.aborted ? error : noPython(python, error)))
    child.on('close', code => {
      const last = said.lastIndexOf(lead)
      if (code === 0) return resolve()
      if (code === 2 && last >= 0) return reject(invalid('program', said.slice(last + lead.length).trim()))
      tell(said)
      reject(new Error(`The importer ended with ${code ?? 'a signal'}. What it said stands above.`))
    })
  })

const invalid = (option: string, message: string): ConfigurationError =>
  new ConfigurationError('configuration/invalid', message, { option })

const noPython = (python: string, cause: Error): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    `There is no Python at '${python}': ${cause.message}. Write --python PATH of one that has DSPy, or set KKACHI_PYTHON.`,
    { option: 'python', cause },
  )
