import { existsSync, readFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { webAssembly } from '../../src/ports/web-assembly.ts'
import { crateNames, crateSources, sha256 } from '../../wasm/crates.ts'

const root = fileURLToPath(new URL('../../wasm/', import.meta.url))

const recordOf = (name: string) =>
  JSON.parse(readFileSync(`${root}built/${name}.json`, 'utf8')) as {
    readonly sources: Readonly<Record<string, string>>
    readonly artefact: { readonly bytes: number; readonly sha256: string }
  }

describe.each(crateNames())('the crate %s', name => {
  test('was built from the sources as they are: if not, run npm run build:wasm and commit wasm/built', () => {
    const sources = crateSources(name).map(path => [relative(root, path), sha256(readFileSync(path))])
    expect(recordOf(name).sources).toEqual(Object.fromEntries(sources))
  })

  test('is in the repository as it was built', () => {
    const built = readFileSync(`${root}built/${name}.wasm`)
    expect(recordOf(name).artefact).toEqual({ bytes: built.length, sha256: sha256(built) })
  })

  test('asks nothing of its host: no clock, no dice, no memory of others', async () => {
    const { compile, Instance } = webAssembly()
    const module = await compile(readFileSync(`${root}built/${name}.wasm`))
    expect(new Instance(module, {}).exports).toHaveProperty('memory') // whatever it imported would be missing
  })

  test('has its declarations beside it, and no path of the machine in it', () => {
    expect(existsSync(`${root}built/${name}.wasm.d.ts`)).toBe(true)
    const text = readFileSync(`${root}built/${name}.wasm`, 'latin1')
    expect(text).not.toContain(
      dirname(fileURLToPath(import.meta.url))
        .split('/')
        .slice(0, 3)
        .join('/'),
    )
    expect(text).not.toMatch(/\/home\/|\/root\/|\/Users\//)
  })
})
