import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { access, constants, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { withoutTelemetry } from '../../models/onnxruntime-node.ts'
import { isObject } from './is-object.ts'

/** What the doctor asks of a machine; a test has one of its own. */
export interface Machine {
  /** Versions of Node and what is in it, and what it runs on: `linux x64`. */
  readonly node: string
  readonly platform: string
  readonly environment: Readonly<Record<string, string | undefined>>
  exists(path: string): boolean
  /** Where a package is installed and its version, as seen from another one or from here; undefined where it is not. */
  findPackage(name: string, from?: string): { readonly folder: string; readonly version: string } | undefined
  /** What the entry of a package exports; throws where it cannot be loaded. */
  loadPackage(name: string, from?: string): object
  /** What a program prints; undefined where there is no such program, or it fails. */
  run(program: string, args: readonly string[]): Promise<string | undefined>
  /** The bytes free for a folder that is there or could be made; undefined where nothing can be written. */
  freeBytes(folder: string): Promise<number | undefined>
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Milliseconds that pass. */
  now(): number
}

const patienceMs = 10_000

/** The machine this process runs on. */
export const thisMachine = (environment: Machine['environment'], signal: AbortSignal): Machine => ({
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  environment,
  exists: existsSync,
  findPackage(name, from) {
    const file = packageFile(name, from)
    if (file === undefined) return undefined
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return { folder: dirname(file), version: isObject(manifest) ? String(manifest.version) : 'unknown' }
  },
  loadPackage(name, from) {
    withoutTelemetry()
    const loaded: unknown = requireFrom(from)(name)
    return isObject(loaded) ? loaded : {}
  },
  async run(program, args) {
    const options = { env: { ...environment }, timeout: patienceMs, signal, windowsHide: true } as const
    try {
      return (await promisify(execFile)(program, [...args], options)).stdout.trim()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof Error) return undefined
      throw error
    }
  },
  async freeBytes(folder) {
    let place = resolve(folder)
    while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
    try {
      await access(place, constants.W_OK)
      const { bavail, bsize } = await statfs(place)
      return bavail * bsize
    } catch {
      return undefined // that it cannot be written is the answer
    }
  },
  fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) }),
  now: () => performance.now(),
})

const requireFrom = (folder: string | undefined) =>
  createRequire(folder === undefined ? import.meta.url : join(folder, 'package.json'))

/** Looked up by folders, since a package need not export its manifest. */
const packageFile = (name: string, from: string | undefined): string | undefined =>
  (requireFrom(from).resolve.paths(name) ?? [])
    .map(folder => join(folder, name, 'package.json'))
    .find(file => existsSync(file))
