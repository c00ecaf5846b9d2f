import engine from '../../sandbox/quickjs.wasm'
import { quickjsSandbox } from '../../src/sandbox/index.ts'
import { describeSandbox } from '../contracts/sandbox-contract.ts'
import { describeSandboxedMetric } from './metric-in-sandbox.ts'
import { describeSandboxSecurity } from './sandbox-security.ts'

const make = () => quickjsSandbox({ engine })

describeSandbox('quickjsSandbox in workerd', make)
describeSandboxSecurity('workerd', make)
describeSandboxedMetric('workerd', make)
