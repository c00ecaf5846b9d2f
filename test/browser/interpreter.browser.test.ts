import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeInterpreter } from '../contracts/code-interpreter-contract.ts'
import { describeInterpreterSecurity } from '../sandbox/interpreter-security.ts'
import { engine } from './sandbox-engine.ts'

const make = () => quickjsInterpreter({ engine })

describeCodeInterpreter('quickjsInterpreter in Chromium', make)
describeInterpreterSecurity('Chromium', make)
