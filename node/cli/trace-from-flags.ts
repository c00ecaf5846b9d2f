import { appendFileSync } from 'node:fs'
import {
  ConfigurationError,
  costOf,
  formatTrace,
  type PriceList,
  type Tracer,
  traceHtml,
  traceTree,
} from '../../src/index.ts'
import { writeAtomically } from '../write-atomically.ts'
import { type Flags, text } from './flags.ts'
import { secretsIn } from './secret-variables.ts'
import type { Terminal } from './terminal.ts'

/** A trace that is being taken, and written when the command is over. */
export interface CommandTrace {
  readonly tracer: Tracer
  write(): Promise<void>
}

/**
 * The trace that --trace asks for: a page where the file ends in .html, data where it ends in .json, else text; `-` is
 * text on standard error. Keys in the environment stand in none of them.
 *
 * @throws ConfigurationError `configuration/invalid` for a file that cannot be written
 */
export const traceFromFlags = (flags: Flags, terminal: Terminal, prices: PriceList): CommandTrace | undefined => {
  const target = text(flags, 'trace')
  if (target === undefined) return undefined
  if (target !== '-') checkWritable(target)
  const tracer = traceTree({
    secrets: secretsIn(terminal.environment),
    cost: (model, usage) => costOf(model, usage, prices),
  })
  return {
    tracer,
    async write() {
      if (target === '-') terminal.err(formatTrace(tracer.trace, { color: terminal.isInteractive }))
      else if (/\.html?$/i.test(target)) await writeAtomically(target, traceHtml(tracer.trace))
      else if (/\.json$/i.test(target)) await writeAtomically(target, `${JSON.stringify(tracer.trace, null, 2)}\n`)
      else await writeAtomically(target, formatTrace(tracer.trace))
    },
  }
}

const checkWritable = (file: string): void => {
  try {
    appendFileSync(file, '')
  } catch (error) {
    throw new ConfigurationError(
      'configuration/invalid',
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}. Choose another --trace.`,
      { option: 'trace', cause: error },
    )
  }
}
