/** Names of what a host has and the language has not. */
const hostNames = [
  'process',
  'require',
  'module',
  'exports',
  'Buffer',
  'global',
  'setImmediate',
  '__dirname',
  'Deno',
  'Bun',
  'fetch',
  'Request',
  'Response',
  'Headers',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'WebAssembly',
  'Worker',
  'self',
  'window',
  'document',
  'navigator',
  'location',
  'localStorage',
  'indexedDB',
  'caches',
  'crypto',
  'performance',
  'console',
  'setTimeout',
  'setInterval',
  'structuredClone',
  'postMessage',
  'importScripts',
  'Atomics',
  'env',
  'std',
  'os',
  'print',
  'scriptArgs',
  'bjson',
  'load',
  'read',
  'host',
  'Kkachi',
] as const

/**
 * Stands before every attempt: `search(value)` follows a value's constructors, prototypes and keys as deep as they go and
 * tells the names of the host that the worlds it finds there have.
 */
const search = `
const names = ${JSON.stringify(hostNames)}
const home = globalThis
let visits = 2000
let busy = false
const found = new Set()
const inspect = world => { for (const name of names) { try { if (typeof world[name] !== 'undefined') found.add(name) } catch { found.add('!' + name) } } if (world !== home && world?.Object !== undefined) found.add('another world') }
const search = (start, depth = 3) => {
  const seen = new Set()
  const walk = (value, left) => {
    if (left < 0 || visits <= 0 || value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return
    seen.add(value)
    visits -= 1
    try { const made = value.constructor?.constructor?.('return globalThis')?.(); if (typeof made?.Object === 'function') { inspect(made); if (made !== home) found.add('a world through a constructor') } } catch {}
    try { walk(Object.getPrototypeOf(value), left) } catch {}
    for (const key of Reflect.ownKeys(value).slice(0, 60)) { try { walk(value[key], left - 1) } catch {} }
  }
  if (!busy) {
    busy = true // what it looks at may look for itself
    walk(start, depth)
    busy = false
  }
  return [...found]
}
inspect(globalThis)
`

/**
 * Ways out that have opened other sandboxes, each written for this one. The default export tells what it found of a host:
 * nothing, that is an empty list.
 */
export const escapes: readonly (readonly [what: string, source: string])[] = (
  [
    ['the global scope', 'export default () => search(globalThis, 2)'],
    ['constructors of the arguments', 'export default (...rows) => search(rows, 5)'],
    [
      'a function from the constructor of an argument',
      `export default row => search(row.constructor.constructor('return this')())`,
    ],
    [
      'the constructor of async functions',
      `export default () => search((async () => {}).constructor('return globalThis')())`,
    ],
    [
      'the constructor of generators',
      `export default () => { const F = (function* () {}).constructor; return search([...F('yield globalThis')()]) }`,
    ],
    [
      'the constructor of async generators',
      `export default async () => { const F = (async function* () {}).constructor; for await (const g of F('yield globalThis')()) return search(g) }`,
    ],
    ['indirect eval', `export default () => search((0, eval)('this'))`],
    ['a function made by Reflect', `export default () => search(Reflect.construct(Function, ['return this'])())`],
    ['who called', 'export default function own() { try { return search(own.caller) } catch { return search(null) } }'],
    [
      'who called, through arguments',
      `export default () => { try { return search(Function('return arguments.callee.caller')()) } catch { return search(null) } }`,
    ],
    [
      'frames of the stack',
      'export default () => { Error.prepareStackTrace = (_error, frames) => frames; return search(new Error("x").stack, 5) }',
    ],
    [
      'functions in frames',
      'export default () => { Error.prepareStackTrace = (_error, frames) => frames.map(f => f.getFunction()); return search(new Error("x").stack, 5) }',
    ],
    [
      'frames of an error of the engine',
      'export default () => { Error.prepareStackTrace = (_error, frames) => frames.flatMap(f => [f, f.getFunction()]); try { null.x } catch (error) { return search(error.stack, 5) } }',
    ],
    [
      'a stack that is too deep',
      'export default () => { const f = () => { try { f() } catch (error) { search(error, 4) } }; f(); return search(null) }',
    ],
    ['captured stacks', 'export default () => { const o = {}; Error.captureStackTrace?.(o); return search(o, 4) }'],
    [
      'the species of promises',
      `export default async () => { class P extends Promise { static get [Symbol.species]() { return function (executor) { search(executor, 4); executor(f => search(f, 4), f => search(f, 4)) } } } try { P.resolve(1).then(() => 2) } catch {} return search(P, 2) }`,
    ],
    [
      'what settles a promise',
      'export default () => ({ then(resolve, reject) { resolve([...search(resolve, 4), ...search(reject, 4)]) } })',
    ],
    [
      'a then that is called again',
      'export default () => { let times = 0; const t = { then(resolve) { times++ < 3 ? resolve(t) : resolve(search(resolve, 4)) } }; return t }',
    ],
    [
      'the constructor a promise is asked for',
      `export default async () => { const p = Promise.resolve(1); Object.defineProperty(p, 'constructor', { get() { search(this, 3); return Promise } }); await p; return search(p, 3) }`,
    ],
    [
      'a then of all promises',
      `export default async () => { const then = Promise.prototype.then; Promise.prototype.then = function (...given) { search(given, 4); return then.apply(this, given) }; await Promise.resolve(); return search(null) }`,
    ],
    [
      'a then of all objects',
      `Object.prototype.then = function (resolve) { search(resolve, 4); delete Object.prototype.then; resolve(this) }\nexport default () => search(null)`,
    ],
    [
      'what a proxy is asked',
      `export default () => { const spy = new Proxy(function () {}, { get: (_t, key, receiver) => { search(receiver, 0); return key === 'toJSON' ? undefined : undefined } }); try { JSON.stringify(spy) } catch {} return search(null) }`,
    ],
    [
      'a proxy of every trap',
      `export default () => { const all = new Proxy({}, { get: (_t, trap) => (...given) => { search(given, 2); return Reflect[trap](...given) } }); const p = new Proxy({ a: 1 }, all); JSON.stringify(p); Object.keys(p); return search(p, 1) }`,
    ],
    ['what toJSON is given', 'export default () => ({ toJSON(...given) { return search([this, given], 4) } })'],
    [
      'a toJSON of all objects',
      'Object.prototype.toJSON = function (...given) { search([this, given], 3); return this }\nexport default () => search(null)',
    ],
    [
      'getters of the result',
      'export default () => { const list = []; return { get a() { list.push(...search(this, 3)); return 1 }, get b() { return list } }.b }',
    ],
    [
      'setters of all objects',
      `for (const key of ['name', 'message', 'stack']) Object.defineProperty(Object.prototype, key, { configurable: true, set(given) { search([this, given], 3) }, get() { return undefined } })\nexport default () => search(null)`,
    ],
    [
      'a suppressed error',
      `export default () => { try { const E = globalThis.SuppressedError ?? AggregateError; throw new E([new Error()], 'x') } catch (error) { return search(error, 5) } }`,
    ],
    [
      'errors in many',
      `export default async () => { try { await Promise.any([Promise.reject(search)]) } catch (error) { return search(error, 5) } }`,
    ],
    [
      'what looks into values',
      `export default () => { const o = { [Symbol.for('nodejs.util.inspect.custom')]: (...given) => search(given, 5) }; String(Symbol.keyFor(Object.getOwnPropertySymbols(o)[0])); return search(o, 3) }`,
    ],
    [
      'a conversion of what is thrown',
      `export default () => { try { throw { toString() { return search(this, 3) }, [Symbol.toPrimitive]() { return 1 } } } catch (error) { return search(error, 3) } }`,
    ],
    [
      'functions of JSON replaced',
      `JSON.parse = JSON.stringify = String.prototype.slice = (...given) => search(given, 4)\nexport default () => search(null)`,
    ],
    [
      'functions of functions replaced',
      `for (const key of ['call', 'apply', 'bind']) Function.prototype[key] = function (...given) { return search([this, given], 4) }\nexport default () => search(null)`,
    ],
    [
      'lists that are read otherwise',
      `const values = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function () { search(this, 3); return values.call(this) }\nexport default (...rows) => search(rows, 3)`,
    ],
    ['the module itself', 'import.meta.x = 1\nexport default () => search(import.meta, 4)'],
    [
      'modules of hosts',
      `export default async () => { for (const name of ['node:fs', 'fs', 'std', 'os', 'qjs:std', 'bjson', 'cloudflare:workers', './x.js', 'https://example.com/x.js', 'data:text/javascript,export default 1']) try { search(await import(name), 4); found.add(name) } catch (error) { search(error, 4) } return search(null) }`,
    ],
    [
      'a realm of its own',
      `export default () => typeof ShadowRealm === 'undefined' ? search(null) : search(new ShadowRealm().evaluate('globalThis'))`,
    ],
    [
      'what comes after the end',
      `const registry = new FinalizationRegistry(given => search(given, 4)); registry.register({}, globalThis)\nexport default () => { Promise.resolve().then(() => search(globalThis)); queueMicrotask(() => search(globalThis)); return search(new WeakRef(globalThis), 3) }`,
    ],
    [
      'symbols everybody knows',
      `export default () => { for (const key of Object.getOwnPropertyNames(Symbol)) search(Symbol[key], 2); return search(Symbol.for('host'), 2) }`,
    ],
    [
      'generators left in the middle',
      'export default () => { const g = (function* () { try { yield 1 } finally { search(globalThis, 1) } })(); g.next(); g.return(); return search(g, 4) }',
    ],
    [
      'text of native functions',
      `export default () => [Function, Object, JSON.parse, Date.now, Math.random, eval].map(String).filter(text => !text.includes('[native code]')).concat(search(null))`,
    ],
  ] as const
).map(([what, source]) => [what, `${search}${source}`])

/** All that is there: a name that is new with a new engine is looked at before it stands here. */
export const worldOfTheGuest =
  'AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DOMException DataView Date Error EvalError ' +
  'FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array ' +
  'InternalError Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set ' +
  'SharedArrayBuffer String Symbol Symbol(Symbol.toStringTag) SyntaxError TypeError URIError Uint16Array Uint32Array ' +
  'Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape ' +
  'eval globalThis isFinite isNaN parseFloat parseInt queueMicrotask undefined unescape'
