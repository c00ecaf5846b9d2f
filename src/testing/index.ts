export type { RecordedSpan, RecordingTracer } from './recording-tracer.ts'
export { recordingTracer } from './recording-tracer.ts'
export type {
  Script,
  ScriptedAnswer,
  ScriptedCompletion,
  ScriptedFunction,
  ScriptedModel,
  ScriptedModelOptions,
  ScriptedResponse,
} from './scripted-model.ts'
export { scriptedModel } from './scripted-model.ts'
export type { TestClock } from './test-clock.ts'
export { testClock } from './test-clock.ts'
