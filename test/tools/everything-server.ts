import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** The official example server of npm, by its script. */
export const everythingServer: string = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
)

export interface RunningServer {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/** Starts it over streamable HTTP, on the port given or a free one. */
export const startEverything = async (given?: number): Promise<RunningServer> => {
  const port = given ?? (await freePort())
  const server = spawn(process.execPath, [everythingServer, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await listening(server)
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    stop: () =>
      new Promise(resolve => {
        server.once('exit', () => resolve())
        server.kill('SIGKILL')
      }),
  }
}

const listening = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    const hear = (piece: Buffer) => {
      said += piece.toString()
      if (/listening on port/i.test(said)) resolve()
    }
    server.stdout?.on('data', hear)
    server.stderr?.on('data', hear)
    server.once('exit', code => reject(new Error(`the server ended with ${code}: ${said}`)))
  })

/** One that no connection is given by chance before the server has it: those of systems begin at 32768. */
const freePort = async (): Promise<number> => {
  for (let port = 20_000 + (process.pid % 12_000); ; port = port < 32_000 ? port + 1 : 20_000) {
    if (await isFree(port)) return port
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
