import engine from '../../sandbox/quickjs.wasm'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeInterpreter } from '../contracts/code-interpreter-contract.ts'
import { describeInterpreterSecurity } from './interpreter-security.ts'

const make = () => quickjsInterpreter({ engine })

describeCodeInterpreter('quickjsInterpreter in workerd', make)
describeInterpreterSecurity('workerd', make)
