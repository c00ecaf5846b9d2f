import type { TokenConstraint } from '../../src/inference/token-constraint.ts'
import type { AnswerForm } from './answer-forms.ts'
import type { OurEngines } from './our-engine.ts'
import type { TransformersJs } from './transformers-js.ts'
import type { BenchPrompt, Workload } from './workload.ts'

/** Who is measured, and on what. */
export interface Contestants {
  readonly peer: TransformersJs
  readonly ours: OurEngines
  readonly constraintOf: (form: AnswerForm) => TokenConstraint
  readonly workload: Workload
  readonly prompts: readonly BenchPrompt[]
  readonly answers: readonly (readonly number[])[]
}
