import engine from '../../sandbox/quickjs.wasm'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeModules } from './code-modules.ts'

describeCodeModules('workerd', quickjsInterpreter({ engine }))
