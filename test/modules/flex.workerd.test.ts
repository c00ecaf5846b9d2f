import engine from '../../sandbox/quickjs.wasm'
import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeFlex } from './flex.ts'

describeFlex('workerd', () => quickjsInterpreter({ engine }))
