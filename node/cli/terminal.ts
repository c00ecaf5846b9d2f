import { ConfigurationError } from '../../src/index.ts'

/** Where a command reads and writes: the process's own streams, or a test's. */
export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Progress and errors. */
  err(text: string): void
  /** Whether progress may be drawn over itself. */
  readonly isInteractive: boolean
  /** Characters in a line of progress. */
  readonly columns: number
  /** Whether progress may have colors. */
  readonly color: boolean
  /** Whether progress may have more than ASCII. */
  readonly unicode: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  readInput(): Promise<string>
}

/** The terminal of this process. */
export const processTerminal = (): Terminal => {
  const { env, platform, stderr } = process
  const isInteractive = stderr.isTTY === true && env.CI === undefined && env.TERM !== 'dumb'
  return {
    out: text => void process.stdout.write(text),
    err: text => void stderr.write(text),
    isInteractive,
    get columns() {
      return stderr.columns || 80
    },
    color: isInteractive && (env.NO_COLOR ?? '') === '',
    // The console of old Windows has another character set; whatever hosts a new one says so.
    unicode: platform !== 'win32' || env.WT_SESSION !== undefined || env.TERM_PROGRAM !== undefined,
    environment: env,
    async readInput() {
      const pieces: Uint8Array[] = []
      for await (const piece of process.stdin) pieces.push(piece)
      return textOfInput(Buffer.concat(pieces))
    },
  }
}

/**
 * The text of bytes that were piped in, without the byte order mark that some shells put before them.
 *
 * @throws ConfigurationError `configuration/invalid` where they are no UTF-8
 */
export const textOfInput = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const message = 'Standard input is not UTF-8. Write it as UTF-8.'
    throw new ConfigurationError('configuration/invalid', message, { option: 'input', cause })
  }
}

/** Colors for a few purposes; none where the terminal is to have none. */
export type Paint = (purpose: 'good' | 'soft' | 'warn', text: string) => string

const codes = { good: 32, soft: 2, warn: 33 } as const

export const paintOn =
  ({ color }: Pick<Terminal, 'color'>): Paint =>
  (purpose, text) =>
    color ? `\u001b[${codes[purpose]}m${text}\u001b[0m` : text

/** One JSON object on a line of its own. */
export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`
