import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ServiceBinding } from '../../../worker/inference/service-binding.ts'

const wranglerFile = createRequire(import.meta.url).resolve('wrangler/package.json')
const ofWrangler = createRequire(wranglerFile)
const { default: program }: { default: string } = ofWrangler('workerd')
const { WebSocket }: { WebSocket: new (address: string) => Socket } = createRequire(ofWrangler.resolve('miniflare'))(
  'ws',
)

/** What we use of a socket; Node 20 has none of its own. */
interface Socket {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onerror: ((event: { readonly error: unknown }) => void) | null
  send(text: string): void
  close(): void
}

/** What the isolate takes, by its inspector, and its process, by the operating system; bytes. */
export interface WorkerdMemory {
  /** Memory of WebAssembly; it never shrinks. */
  readonly wasm: number
  /** Objects of JavaScript, after all garbage was collected. */
  readonly heap: number
  /** Array buffers and all else outside the heap that its objects hold, the memory of WebAssembly not among it. */
  readonly buffers: number
  /** Of the whole process, code included; 0 where the system does not say. */
  readonly process: number
}

export interface WeighedWorkerd {
  readonly binding: ServiceBinding
  /** Collects garbage before it looks. */
  memory(): Promise<WorkerdMemory>
  close(): Promise<void>
}

export interface WeighedWorkerdOptions {
  /** The folder of a model. */
  readonly folder: string
  readonly weights?: string
}

/** The script and its modules as `wrangler deploy` would send them, in a folder. */
export const bundledInference = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'kkachi-inference-'))
  const wrangler = join(wranglerFile, '../bin/wrangler.js')
  const config = fileURLToPath(new URL('wrangler.toml', import.meta.url))
  await promisify(execFile)(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', folder, '-c', config])
  return folder
}

/** The inference Worker in workerd itself, under an inspector that tells what it takes. */
export const weighedWorkerd = async (
  bundle: string,
  { folder, weights = 'fp32' }: WeighedWorkerdOptions,
): Promise<WeighedWorkerd> => {
  const parts = (await readdir(bundle)).filter(name => /\.(wasm|onnx)$/.test(name))
  const configFolder = await mkdtemp(join(tmpdir(), 'kkachi-workerd-'))
  const config = join(configFolder, 'config.capnp')
  await writeFile(join(configFolder, 'inference.js'), await readFile(join(bundle, 'inference.js')))
  for (const name of parts) await writeFile(join(configFolder, name), await readFile(join(bundle, name)))
  const modules = parts.map(
    name => `(name = "./${name}", ${name.endsWith('.wasm') ? 'wasm' : 'data'} = embed "${name}")`,
  )
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ["--expose-gc"],
  services = [
    (name = "main", worker = .main),
    (name = "assets", disk = (path = ${JSON.stringify(folder)})),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "inference.js", esModule = embed "inference.js"), ${modules.join(', ')}],
  compatibilityDate = "2026-08-01",
  compatibilityFlags = ["enable_request_signal"],
  durableObjectNamespaces = [(className = "Model", uniqueKey = "model")],
  durableObjectStorage = (inMemory = void),
  bindings = [
    (name = "MODEL", durableObjectNamespace = "Model"),
    (name = "ASSETS", service = "assets"),
    (name = "WEIGHTS", text = ${JSON.stringify(weights)}),
  ],
);
`,
  )
  const args = ['serve', config, '--control-fd=3', '--inspector-addr=127.0.0.1:0', '--experimental']
  const running = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  const ports = await portsOf(running)
  const url = `http://127.0.0.1:${ports.http}`
  const inspector = await inspect(`ws://127.0.0.1:${ports.inspector}/main`)
  return {
    binding: { fetch: (address, init) => fetch(new URL(new URL(address).pathname, url), init) },
    async memory() {
      const { bytes = 0 } = (await (await fetch(`${url}/memory`)).json()) as { readonly bytes?: number }
      const heap = await inspector.ask('Runtime.getHeapUsage')
      const { usedSize = 0, backingStorageSize = 0 } = heap
      return { wasm: bytes, heap: usedSize, buffers: backingStorageSize, process: await residentBytes(running.pid) }
    },
    async close() {
      inspector.close()
      const ended = new Promise(resolve => running.once('exit', resolve))
      running.kill('SIGKILL') // it would wait for what is connected
      await ended
      await rm(configFolder, { recursive: true })
    },
  }
}

/** As workerd tells them, a line of JSON each. */
const portsOf = (running: ChildProcess): Promise<{ readonly http: number; readonly inspector: number }> =>
  new Promise((resolve, reject) => {
    let told = ''
    running.once('exit', code => reject(new Error(`workerd ended with ${code}.`)))
    running.stdio[3]?.on('data', (piece: Buffer) => {
      told += piece
      const events = told
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line))
      const http = events.find(({ event }) => event === 'listen')?.port
      const inspector = events.find(({ event }) => event === 'listen-inspector')?.port
      if (http !== undefined && inspector !== undefined) resolve({ http, inspector })
    })
  })

interface Inspector {
  ask(method: string): Promise<Readonly<Record<string, number>>>
  close(): void
}

const inspect = (address: string): Promise<Inspector> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(address)
    const waiting = new Map<number, (answer: { readonly result?: Readonly<Record<string, number>> }) => void>()
    let asked = 0
    socket.onerror = ({ error }) => reject(error)
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data))
      waiting.get(message.id)?.(message)
      waiting.delete(message.id)
    }
    socket.onopen = () =>
      resolve({
        ask: method =>
          new Promise((answered, failed) => {
            asked += 1
            waiting.set(asked, ({ result }) =>
              result ? answered(result) : failed(new Error(`The inspector does not know ${method}.`)),
            )
            socket.send(JSON.stringify({ id: asked, method }))
          }),
        close: () => socket.close(),
      })
  })

/** Linux tells it; elsewhere nobody is asked. */
const residentBytes = async (pid: number | undefined): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}
