/** The prompt formats and what a format of your own needs. */
export type {
  Adapter,
  AdapterCall,
  AdapterPrompt,
  Extraction,
  ExtractionQuestion,
  FieldDelta,
  StreamParser,
} from '../ports/adapter.ts'
export { answerGrammars } from './answer-grammar.ts'
export { chat } from './chat.ts'
export { type Coerced, isProblem } from './coerced.ts'
export { collectFields } from './collect-fields.ts'
export { compact } from './compact.ts'
export { conversation, type PromptFormat } from './conversation.ts'
export { frozen, frozenPromptOf } from './frozen.ts'
export type { FrozenPrompt } from './frozen-template.ts'
export { issueForModel } from './issue-for-model.ts'
export { json } from './json.ts'
export { looseJson } from './loose-json.ts'
export { readText } from './read-text.ts'
export { type TwoStepOptions, twoStep } from './two-step.ts'
export { wording } from './wording.ts'
export { xml } from './xml.ts'
