// Makes `sandbox/quickjs.wasm`, the engine for untrusted code, from the released engine: `npm run build:engine`.
// The result is committed with its digest in `sandbox/quickjs.wasm.sha256`; `--check` compares instead of writing.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { metered } from './meter.ts'
import { quickjsNames } from './names.ts'

const release = createRequire(import.meta.url).resolve('@jitl/quickjs-ng-wasmfile-release-sync/wasm')
const target = new URL('../quickjs.wasm', import.meta.url)
const built = metered(readFileSync(release), quickjsNames)
const digest = createHash('sha256').update(built).digest('hex')
const digestFile = new URL('../quickjs.wasm.sha256', import.meta.url)

if (process.argv.includes('--check')) {
  if (!readFileSync(target).equals(built))
    throw new Error('sandbox/quickjs.wasm is not what `npm run build:engine` makes.')
} else {
  writeFileSync(target, built)
  writeFileSync(digestFile, `${digest}  quickjs.wasm\n`)
}
console.log(`sandbox/quickjs.wasm: ${built.length} bytes, sha256 ${digest}`)
