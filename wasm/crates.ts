import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))

/** The crates of this folder, by name. */
export const crateNames = (): readonly string[] =>
  readdirSync(root)
    .filter(name => existsSync(join(root, name, 'Cargo.toml')))
    .sort()

/** What decides the artefact of a crate: its manifest, its lockfile, its sources. */
export const crateSources = (name: string): readonly string[] => [
  ...['Cargo.toml', 'Cargo.lock'].map(file => join(root, name, file)),
  ...readdirSync(join(root, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.rs'))
    .sort()
    .map(file => join(root, name, 'src', file)),
]

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
