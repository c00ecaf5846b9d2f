/** Where a command reads and writes: the process's own streams, or a test's. */
export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Progress and errors. */
  err(text: string): void
  /** Whether progress may be drawn over itself. */
  readonly isInteractive: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  readInput(): Promise<string>
}

/** The terminal of this process. */
export const processTerminal = (): Terminal => ({
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true && process.env.CI === undefined && process.env.TERM !== 'dumb',
  environment: process.env,
  async readInput() {
    let text = ''
    process.stdin.setEncoding('utf8')
    for await (const piece of process.stdin) text += piece
    return text
  },
})

/** One JSON object on a line of its own. */
export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`
