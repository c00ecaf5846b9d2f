import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface SimulatedServer extends AsyncDisposable {
  readonly url: string
  /** What a run asked of a world so far. */
  counts(run: string, world: string): Promise<{ calls: number; completions: number; promptTokens: number }>
}

/** The simulated server in a process of its own. */
export const startServer = async (): Promise<SimulatedServer> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'simulated-server.ts')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', data => resolve(String(data).trim()))
    child.once('exit', code => reject(new Error(`The simulated server ended with ${code}.`)))
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    counts: async (run, world) => (await fetch(`${url}/${run}/${world}/counts`)).json() as never,
    [Symbol.asyncDispose]: async () => {
      child.removeAllListeners('exit')
      child.kill()
    },
  }
}
