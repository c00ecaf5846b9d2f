// The script of a thread of `threadSandbox` and of `threadInterpreter`.
import { parentPort } from 'node:worker_threads'
import {
  type CallAnswer,
  type FromInterpreter,
  type SandboxEnd,
  type SentCall,
  serveInterpreter,
  serveSandbox,
  type ToInterpreter,
} from '../../src/sandbox/index.ts'
import { quickjsEngine } from './quickjs-engine.ts'

const port = parentPort
if (port === null) throw new Error('This script is started by threadSandbox or threadInterpreter, in a thread.')

const end: SandboxEnd<CallAnswer, SentCall> & SandboxEnd<FromInterpreter, ToInterpreter> = {
  postMessage: message => port.postMessage(message),
  addEventListener: (_type, listener) => port.on('message', data => listener({ data })),
}
serveSandbox(end, { engine: quickjsEngine })
serveInterpreter(end, { engine: quickjsEngine })
