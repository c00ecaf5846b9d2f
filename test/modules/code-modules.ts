import type { CodeInterpreter } from '../../src/index.ts'
import { describeCodeAct } from './code-act.ts'
import { describeProgramOfThought } from './program-of-thought.ts'
import { describeRlm } from './rlm.ts'

/** The modules that run code, with an interpreter in its real runtime. */
export const describeCodeModules = (runtime: string, interpreter: CodeInterpreter): void => {
  describeProgramOfThought(runtime, interpreter)
  describeCodeAct(runtime, interpreter)
  describeRlm(runtime, interpreter)
}
