// The script of a Web Worker, as a page has one of its own.
import { serveInterpreter, serveSandbox } from '../../src/sandbox/index.ts'
import { engine } from './sandbox-engine.ts'

serveSandbox(self, { engine })
serveInterpreter(self, { engine })
