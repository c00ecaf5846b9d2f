// Makes `kkachi.wasm`, the core as a WebAssembly component: `npm run build:component` at the root. It is not committed:
// it would be out of date with every change of the core, and two builds differ in the hash keys that the engine draws.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The core as one expression. */
const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [here('src/component.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'kkachi',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2023',
    // The engine takes no turns while a function runs: see src/drained-promise.ts.
    supported: { 'async-await': false, 'async-generator': false, 'for-await': false },
    logLevel: 'warning',
  })
  const [output] = outputFiles
  if (output === undefined || /\basync\b/.test(output.text)) throw new Error('The bundle has async functions left.')
  return `${output.text};kkachi`
}

/**
 * The module that becomes the component. The core stands in it as text and is read at the first call, which takes 20 ms:
 * read beforehand, it would make the file a third larger.
 */
const entry = (core: string): string => `import { generate } from 'kkachi:program/model@0.1.0'
import { now } from 'kkachi:program/clock@0.1.0'
import { next } from 'kkachi:program/random@0.1.0'
const text = ${JSON.stringify(core)}
let made
const own = () => (made ??= (0, eval)(text).component({ generate, now, next }))
export const program = { load: file => own().load(file), run: input => own().run(input) }
`

const folder = mkdtempSync(join(tmpdir(), 'kkachi-component-'))
try {
  const module = join(folder, 'component.js')
  writeFileSync(module, entry(await bundled()))
  const jco = here('node_modules/@bytecodealliance/jco/dist/jco.js')
  const output = join(folder, 'kkachi.wasm')
  const flags = ['--backend', 'qjs', '--backend-qjs-disable-async', '--backend-qjs-stub-wasi']
  execFileSync(
    process.execPath,
    [jco, 'componentize', module, '--wit', here('wit/world.wit'), '-o', output, ...flags],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      cwd: folder,
    },
  )
  copyFileSync(output, here('kkachi.wasm'))
  const bytes = readFileSync(output)
  const digest = createHash('sha256').update(bytes).digest('hex')
  console.log(`sandbox/component/kkachi.wasm: ${bytes.length} bytes, sha256 ${digest}`)
} finally {
  rmSync(folder, { recursive: true })
}
