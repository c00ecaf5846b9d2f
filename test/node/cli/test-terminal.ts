import type { Terminal } from '../../../node/cli/terminal.ts'

export interface TestTerminal extends Terminal {
  readonly stdout: () => string
  readonly stderr: () => string
  /** The JSON objects on standard output. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[]
}

/** A terminal that remembers what was written to it. */
export const testTerminal = (
  given: Partial<Pick<Terminal, 'environment' | 'isInteractive' | 'columns' | 'color' | 'unicode'>> & {
    readonly input?: string
  } = {},
): TestTerminal => {
  let out = ''
  let err = ''
  return {
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    isInteractive: given.isInteractive ?? false,
    columns: given.columns ?? 80,
    color: given.color ?? false,
    unicode: given.unicode ?? true,
    environment: given.environment ?? {},
    readInput: async () => given.input ?? '',
    stdout: () => out,
    stderr: () => err,
    lines: () =>
      out
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line)),
  }
}
