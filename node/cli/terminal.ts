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
      let text = ''
      process.stdin.setEncoding('utf8')
      for await (const piece of process.stdin) text += piece
      return text
    },
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
