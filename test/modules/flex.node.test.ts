import { quickjsEngine } from '../../node/sandbox/quickjs-engine.ts'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeFlex } from './flex.ts'

describeFlex('Node', () => quickjsInterpreter({ engine: quickjsEngine }))
