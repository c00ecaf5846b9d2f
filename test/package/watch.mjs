// Comes before the package (`node --import`), and tells when the process ends what was touched meanwhile: variables of
// the environment, sockets, names looked up, processes, and everything global.
import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const touched = { environment: [], sockets: [], names: [], processes: [] }

const environment = process.env
const reading =
  operation =>
  (target, name, ...more) => {
    const isOfProgram = new Error().stack
      .split('\n')
      .some(line => line.includes('file:') && !line.includes('watch.mjs'))
    if (isOfProgram && typeof name !== 'symbol') touched.environment.push(name ?? 'all of it')
    return Reflect[operation](target, name, ...more)
  }
process.env = new Proxy(environment, {
  get: (target, name) => reading('get')(target, name),
  has: reading('has'),
  getOwnPropertyDescriptor: reading('getOwnPropertyDescriptor'),
  ownKeys: reading('ownKeys'),
})

const watched = (holder, name, told) => {
  const call = holder[name]
  holder[name] = function (...given) {
    told(given)
    return call.apply(this, given)
  }
}

watched(net.Socket.prototype, 'connect', ([first]) => {
  const { host, hostname, port, path } = (Array.isArray(first) ? first[0] : first) ?? {}
  touched.sockets.push(path ?? `${hostname ?? host}:${port}`)
})
watched(dgram.Socket.prototype, 'send', () => touched.sockets.push('udp'))
for (const name of Object.keys(dns)) {
  if (/^(?:lookup|resolve|reverse)/.test(name)) watched(dns, name, ([host]) => touched.names.push(String(host)))
}
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  watched(childProcess, name, ([file]) => touched.processes.push(String(file)))
}
syncBuiltinESMExports()

/** Own properties of everything that a program shares with others: what is global, its prototypes, and those without a name. */
const shared = () => {
  const nameless = {
    iterator: Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
    arrayIterator: Object.getPrototypeOf([][Symbol.iterator]()),
    asyncIterator: Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()))),
    generator: Object.getPrototypeOf(function* () {}),
    asyncGenerator: Object.getPrototypeOf(async function* () {}),
    asyncFunction: Object.getPrototypeOf(async () => {}),
    typedArray: Object.getPrototypeOf(Uint8Array),
  }
  const seen = new Map()
  const look = (object, path) => {
    for (const name of Reflect.ownKeys(object)) {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, name)
      seen.set(`${path}.${String(name)}`, [value, get, set, JSON.stringify(flags)])
    }
    seen.set(`${path}.[prototype]`, [Object.getPrototypeOf(object), Object.isExtensible(object)])
  }
  look(globalThis, 'globalThis')
  const named = Object.entries(Object.getOwnPropertyDescriptors(globalThis)).map(([name, { value }]) => [name, value])
  for (const [name, value] of [...named, ...Object.entries(nameless)]) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || value === globalThis) continue
    if (['process', 'performance', 'navigator'].includes(name)) continue // they change by themselves
    look(value, name)
    if (typeof value.prototype === 'object' && value.prototype !== null) look(value.prototype, `${name}.prototype`)
  }
  return seen
}

const changes = (before, after) => {
  const same = (one, other) =>
    one.length === other.length && one.every((value, index) => Object.is(value, other[index]))
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter(name => !same(before.get(name) ?? [], after.get(name) ?? []))
}

let before
globalThis[Symbol.for('kkachi.test')] = {
  /** From here on counts what is touched; what Node sets up for itself at the first use of it is done by then. */
  begin() {
    for (const list of Object.values(touched)) list.length = 0
    before = shared()
  },
  end() {
    const changed = changes(before, shared())
    const counted = Object.fromEntries(Object.entries(touched).map(([what, list]) => [what, [...new Set(list)]]))
    return { ...counted, changed }
  },
}
