/** Untrusted JavaScript: QuickJS in WebAssembly with limits, and metrics that run in it. */
export { SandboxError, type ThrownInSandbox } from '../errors/sandbox-error.ts'
export type { Sandbox, SandboxCall, SandboxLimits } from '../ports/sandbox.ts'
export { defaultLimits } from './limits.ts'
export { type QuickjsSandboxOptions, quickjsSandbox } from './quickjs-sandbox.ts'
export {
  type SandboxedMetric,
  type SandboxedMetricOptions,
  type SandboxedMetricResult,
  sandboxedMetric,
} from './sandboxed-metric.ts'
export type { EngineModule } from './web-assembly.ts'
