import { quickjsInterpreter } from '../../src/sandbox/index.ts'
import { describeCodeModules } from '../modules/code-modules.ts'
import { engine } from './sandbox-engine.ts'

describeCodeModules('Chromium', quickjsInterpreter({ engine }))
