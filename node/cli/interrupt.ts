import { exitCodes } from './exit-code.ts'

/** What asks a process to end: Ctrl-C, and whoever runs it. A closed terminal is left as it is set, for `nohup` sets it. */
const asking = ['SIGINT', 'SIGTERM'] as const

/** A signal that aborts when this process is asked to end, so that it can save what it has; asked again it ends at once. */
export const interruptOfProcess = (): AbortSignal => {
  const interrupt = new AbortController()
  const asked = (): void => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted)
    interrupt.abort(new DOMException('Interrupted.', 'AbortError'))
  }
  for (const name of asking) process.on(name, asked)
  return interrupt.signal
}

/** Ends this process when nobody reads its output any more, as of `| head`; says why when it cannot be written. */
export const endWithOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      const code = 'code' in error ? String(error.code) : error.message
      if (code !== 'EPIPE' && stream === process.stdout)
        process.stderr.write(`kkachi: standard output could not be written (${code}).\n`)
      process.exit(exitCodes.failure)
    })
  }
}
