/** Untrusted JavaScript: QuickJS in WebAssembly with limits, and metrics that run in it. */
export { SandboxError, type ThrownInSandbox } from '../errors/sandbox-error.ts'
export type {
  CodeInterpreter,
  HostFunction,
  InterpreterOutcome,
  InterpreterSession,
  SessionOptions,
} from '../ports/code-interpreter.ts'
export type { Sandbox, SandboxCall, SandboxLimits } from '../ports/sandbox.ts'
export { compileEngine } from './compile-engine.ts'
export type { EngineModule, EngineSource } from './engine-loader.ts'
export type { FailedCall } from './failed-call.ts'
export type { FromInterpreter, ToInterpreter } from './interpreter-messages.ts'
export { defaultLimits, sessionLimits } from './limits.ts'
export { type QuickjsInterpreterOptions, quickjsInterpreter } from './quickjs-interpreter.ts'
export { type QuickjsSandboxOptions, quickjsSandbox } from './quickjs-sandbox.ts'
export {
  type SandboxedMetric,
  type SandboxedMetricOptions,
  type SandboxedMetricResult,
  sandboxedMetric,
} from './sandboxed-metric.ts'
export { serveInterpreter } from './serve-interpreter.ts'
export { type ServeSandboxOptions, serveSandbox } from './serve-sandbox.ts'
export { type WorkerInterpreter, type WorkerInterpreterOptions, workerInterpreter } from './worker-interpreter.ts'
export type { InterpreterWorker } from './worker-lanes.ts'
export type { CallAnswer, SandboxEnd, SandboxWorker, SentCall } from './worker-messages.ts'
export { type WorkerSandboxOptions, workerSandbox } from './worker-sandbox.ts'
