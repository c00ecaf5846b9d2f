// Modules that advise themselves need it too, a level below.
export { collectTrace, type FailedStep, type TraceCollector } from '../modules/collect-trace.ts'
