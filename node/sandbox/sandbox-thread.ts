// The script of a thread of `threadSandbox`.
import { parentPort } from 'node:worker_threads'
import { type CallAnswer, type SandboxEnd, type SentCall, serveSandbox } from '../../src/sandbox/index.ts'
import { quickjsEngine } from './quickjs-engine.ts'

const port = parentPort
if (port === null) throw new Error('This script is started by threadSandbox, in a thread.')

const end: SandboxEnd<CallAnswer, SentCall> = {
  postMessage: message => port.postMessage(message),
  addEventListener: (_type, listener) => port.on('message', data => listener({ data })),
}
serveSandbox(end, { engine: quickjsEngine })
