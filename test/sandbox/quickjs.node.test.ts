import { readFileSync } from 'node:fs'
import { quickjsSandbox } from '../../src/sandbox/index.ts'
import { describeSandbox } from '../contracts/sandbox-contract.ts'

const engine = WebAssembly.compile(readFileSync(new URL('../../sandbox/quickjs.wasm', import.meta.url)))

describeSandbox('quickjsSandbox in Node', () => quickjsSandbox({ engine }))
