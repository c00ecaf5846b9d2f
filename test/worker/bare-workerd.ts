import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundledWorker } from './bundled-worker.ts'

/** The program that wrangler brings along. */
const { default: workerd }: { default: string } = createRequire(createRequire(import.meta.url).resolve('wrangler'))(
  'workerd',
)

export interface BareWorkerd {
  readonly url: string
  close(): Promise<void>
}

/** A namespace of KV as workerd asks for one: over HTTP. Enough to get and put. */
const namespace = `
const kept = new Map()
export default {
  async fetch(request) {
    const name = new URL(request.url).pathname
    if (request.method === 'PUT') {
      kept.set(name, { value: await request.arrayBuffer(), metadata: request.headers.get('cf-kv-metadata') })
      return new Response()
    }
    const found = kept.get(name)
    if (!found) return new Response(null, { status: 404 })
    return new Response(found.value, { headers: found.metadata ? { 'cf-kv-metadata': found.metadata } : {} })
  },
}`

/**
 * The Worker in workerd itself, with nothing between: the proxies of wrangler's own servers do not tell the Worker that a
 * caller has gone.
 */
export const bareWorkerd = async (vars: Readonly<Record<string, string>>): Promise<BareWorkerd> => {
  const folder = await mkdtemp(join(tmpdir(), 'kkachi-workerd-'))
  await writeFile(join(folder, 'worker.mjs'), await bundledWorker())
  await writeFile(join(folder, 'kv.mjs'), namespace)
  const bindings = Object.entries(vars).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)
  const config = join(folder, 'config.capnp')
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "kv", worker = .kv),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-08-01",
  compatibilityFlags = ["enable_request_signal"],
  bindings = [(name = "KKACHI", kvNamespace = "kv"), ${bindings.join(', ')}],
);
const kv :Workerd.Worker = (
  modules = [(name = "kv.mjs", esModule = embed "kv.mjs")],
  compatibilityDate = "2026-08-01",
);
`,
  )
  const running = spawn(workerd, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const port = await portOf(running)
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const ended = new Promise(resolve => running.once('exit', resolve))
      running.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

const portOf = (running: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    running.once('exit', code => reject(new Error(`workerd ended with ${code}.`)))
    running.stdio[3]?.once('data', (line: Buffer) => resolve(JSON.parse(String(line)).port))
  })
