import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Copies what git knows into an empty folder, as a clean checkout has it, and builds the package there. The packages
 * that it needs are those of this checkout.
 */
export const builtCopy = (folder: string): void => {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const path of listed.toString().split('\0').filter(isOfPackage)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path))
  }
  const packages = join(folder, 'node_modules')
  mkdirSync(join(packages, '@huggingface'), { recursive: true })
  for (const name of [...bundled, ...readdirSync(join(root, 'node_modules'))]) {
    if (existsSync(join(packages, name))) continue
    // What goes into the build is copied: its own path, which is that of this checkout, would stand in the source maps.
    if (bundled.includes(name)) cpSync(join(root, 'node_modules', name), join(packages, name), { recursive: true })
    else symlinkSync(join(root, 'node_modules', name), join(packages, name))
  }
  const build = join(root, 'node_modules/tsdown/dist/run.mjs')
  execFileSync(process.execPath, [build, '--logLevel', 'error'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
}

/** The packages that become part of the built files. */
const bundled = [
  'jsonrepair',
  'eventsource-parser',
  'csv-parse',
  'hyparquet',
  '@huggingface/jinja',
  '@huggingface/tokenizers',
]

const isOfPackage = (path: string): boolean =>
  /^(?:(?:bin|browser|models|node|sandbox|src|wasm|worker)\/|[^/]+$)/.test(path)

/** Packs a folder into another, as `npm publish` would, and gives the path of the archive. */
export const pack = (folder: string, into: string): string => {
  mkdirSync(into, { recursive: true })
  const given = ['pack', '--json', '--loglevel', 'error', '--pack-destination', into]
  const [packed] = JSON.parse(execFileSync('npm', given, { cwd: folder, encoding: 'utf8' }))
  return join(into, packed.filename)
}

/** Unpacks an archive as an installed package, in `folder/node_modules/kkachi`; gives that path. */
export const install = (archive: string, folder: string): string => {
  const into = join(folder, 'node_modules/kkachi')
  mkdirSync(into, { recursive: true })
  execFileSync('tar', ['-xzf', archive, '-C', into, '--strip-components=1'])
  return into
}
