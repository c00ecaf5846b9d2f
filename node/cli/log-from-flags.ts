import { appendFileSync } from 'node:fs'
import { ConfigurationError, logLevels, logTracer, type Tracer } from '../../src/index.ts'
import { checkPlace } from './check-place.ts'
import { choice, type Flags, text } from './flags.ts'
import { secretsIn } from './secret-variables.ts'
import type { Terminal } from './terminal.ts'

/**
 * The log that --log, --log-level and --log-content ask for; undefined without --log. A file is added to, each line as it
 * comes, so that a run that was killed has its log; where nothing ran there is none.
 *
 * @throws ConfigurationError `configuration/invalid` for an unknown level, or a file that cannot be written
 */
export const logFromFlags = async (flags: Flags, terminal: Terminal): Promise<Tracer | undefined> => {
  const target = text(flags, 'log')
  const level = choice(flags, 'log-level', logLevels)
  const content = flags['log-content'] === true
  if (target === undefined) {
    if (level === undefined && !content) return undefined
    throw new ConfigurationError(
      'configuration/missing',
      'Expected --log beside --log-level and --log-content. Write --log FILE, or --log - for standard error.',
      { option: 'log' },
    )
  }
  if (target !== '-') await checkPlace(target, 'log', { appends: true, makesFolders: false })
  return logTracer({
    write: target === '-' ? line => terminal.err(line) : lineWriter(target, terminal),
    ...(level === undefined ? {} : { level }),
    content,
    secrets: secretsIn(terminal.environment),
  })
}

const lineWriter = (file: string, terminal: Terminal): ((line: string) => void) => {
  let hasFailed = false
  return line => {
    try {
      appendFileSync(file, line)
    } catch (error) {
      // A log that ends must be known to have ended; the run goes on.
      if (!hasFailed) terminal.err(`kkachi: ${file} is no longer written: ${String(error)}\n`)
      hasFailed = true
    }
  }
}
