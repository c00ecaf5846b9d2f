import type { Flag, Flags } from './flags.ts'
import type { Terminal } from './terminal.ts'

/** One command of the program `kkachi`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly usage: string
  /** The flag that a word without one stands for. */
  readonly argument?: string
  readonly flags: Readonly<Record<string, Flag>>
  /** Does it; resolves with the exit code, or throws what went wrong. */
  run(flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<number>
}
