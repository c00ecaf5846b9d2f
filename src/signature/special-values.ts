import type { AudioValue } from '../data/audio.ts'
import type { Citation, DocumentValue } from '../data/document.ts'
import type { FileValue } from '../data/file.ts'
import type { HistoryValue } from '../data/history.ts'
import type { ImageValue } from '../data/image.ts'
import type { ToolCallResult, ToolCallValue, ToolValue } from '../data/tool-values.ts'

/** The value of each type that is more than JSON, under both of its names: `Image` and `dspy.Image`. */
export interface SpecialValues {
  Audio: AudioValue
  'dspy.Audio': AudioValue
  Citations: readonly Citation[]
  'dspy.Citations': readonly Citation[]
  Code: string
  'dspy.Code': string
  Document: DocumentValue
  'dspy.Document': DocumentValue
  File: FileValue
  'dspy.File': FileValue
  History: HistoryValue
  'dspy.History': HistoryValue
  Image: ImageValue
  'dspy.Image': ImageValue
  Reasoning: string
  'dspy.Reasoning': string
  Tool: ToolValue
  'dspy.Tool': ToolValue
  ToolCallResults: readonly ToolCallResult[]
  'dspy.ToolCallResults': readonly ToolCallResult[]
  ToolCalls: readonly ToolCallValue[]
  'dspy.ToolCalls': readonly ToolCallValue[]
}
