import { costOf, formatTrace, type PriceList, type Tracer, traceHtml, traceTree } from '../../src/index.ts'
import { writeAtomically } from '../write-atomically.ts'
import { checkPlace } from './check-place.ts'
import { type Flags, text } from './flags.ts'
import { secretsIn } from './secret-variables.ts'
import type { Terminal } from './terminal.ts'

/** A trace that is being taken, and written when the command is over. */
export interface CommandTrace {
  readonly tracer: Tracer
  /** Nothing is written where nothing ran: what stood there before stays. A failure is told, for what ran is worth more. */
  write(): Promise<void>
}

/**
 * The trace that --trace asks for: a page where the file ends in .html, data where it ends in .json, else text; `-` is
 * text on standard error. Keys in the environment stand in none of them.
 *
 * @throws ConfigurationError `configuration/invalid` for a file that cannot be written
 */
export const traceFromFlags = async (
  flags: Flags,
  terminal: Terminal,
  prices: PriceList,
): Promise<CommandTrace | undefined> => {
  const target = text(flags, 'trace')
  if (target === undefined) return undefined
  if (target !== '-') await checkPlace(target, 'trace', { makesFolders: false })
  const tracer = traceTree({
    secrets: secretsIn(terminal.environment),
    cost: (model, usage) => costOf(model, usage, prices),
  })
  const written = async (): Promise<void> => {
    if (target === '-') terminal.err(formatTrace(tracer.trace, { color: terminal.isInteractive }))
    else if (/\.html?$/i.test(target)) await writeAtomically(target, traceHtml(tracer.trace))
    else if (/\.json$/i.test(target)) await writeAtomically(target, `${JSON.stringify(tracer.trace, null, 2)}\n`)
    else await writeAtomically(target, formatTrace(tracer.trace))
  }
  return {
    tracer,
    async write() {
      if (tracer.trace.spans.length === 0) return
      try {
        await written()
      } catch (error) {
        terminal.err(`kkachi: the trace is lost: ${error instanceof Error ? error.message : String(error)}\n`)
      }
    },
  }
}
