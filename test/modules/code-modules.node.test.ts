import { quickjsEngine } from '../../node/sandbox/quickjs-engine.ts'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeModules } from './code-modules.ts'

describeCodeModules('Node', quickjsInterpreter({ engine: quickjsEngine }))
