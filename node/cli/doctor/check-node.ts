import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../package-root.ts'
import type { Finding } from './finding.ts'
import { isObject } from './is-object.ts'
import type { Machine } from './machine.ts'

/** Node and this package. */
export const checkNode = ({ node, platform }: Machine): readonly Finding[] => {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  const version = isObject(manifest) ? String(manifest.version) : 'unknown'
  const runs = packageRoot().includes('node_modules') ? 'as it was built' : 'from a checkout of the repository'
  const isNew = isAtLeast(node, 20, 19)
  return [
    {
      ...{ name: 'node', needed: true, found: `${node}, ${platform}` },
      use: isAtLeast(node, 22, 18)
        ? 'runs Kkachi, and modules in TypeScript as they are'
        : 'runs Kkachi; modules in TypeScript need 22.18',
      ...(isNew ? { state: 'ok' } : { state: 'broken', remedy: 'nvm install 24   # or any Node from 20.19 on' }),
    },
    { name: 'kkachi', needed: true, state: 'ok', found: version, use: `this package, ${runs}` },
  ]
}

const isAtLeast = (version: string, major: number, minor: number): boolean => {
  const [had = 0, hadMinor = 0] = version.split('.').map(Number)
  return had > major || (had === major && hadMinor >= minor)
}
