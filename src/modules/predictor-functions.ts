import { BudgetError } from '../errors/budget-error.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { AnyModule } from '../ports/module.ts'
import { parseSignature } from '../signature/create.ts'
import { withInstructions } from '../signature/operations.ts'
import { isRow } from '../signature/row.ts'
import type { Signature } from '../signature/signature.ts'
import { chainOfThought } from './chain-of-thought.ts'
import type { CodeFunction } from './code-session.ts'
import { predict } from './predict.ts'
import { predictorPath } from './predictor-path.ts'

/** Names that the functions take. */
export const predictorNames: readonly string[] = ['predict', 'chain_of_thought']

/**
 * Predictors as functions for code: `predict(signature, inputs, instructions)` and `chain_of_thought(…)`, `maxCalls` calls
 * in all. A signature that is none ends the run.
 */
export const predictorFunctions = (maxCalls: number): Readonly<Record<string, CodeFunction>> => {
  let used = 0
  const asking =
    (name: string, make: (signature: Signature) => AnyModule): CodeFunction =>
    async (context, text, inputs, instructions) => {
      if (typeof text !== 'string' || !isRow(inputs)) {
        const message = `Call ${name}('question -> answer', { question: '…' }, 'what to do').`
        throw new ToolError('tool/arguments', message, { tool: name })
      }
      used += 1
      if (used > maxCalls) {
        const message = `The code asked predictors more than ${maxCalls} times. Mend it, or raise maxPredictorCalls.`
        throw new BudgetError('budget/calls', message, { limit: maxCalls, spent: used - 1 })
      }
      const asked = parseSignature(text)
      const module = make(typeof instructions === 'string' ? withInstructions(asked, instructions) : asked)
      return module.run(inputs as never, { ...context, path: predictorPath(context, name) })
    }
  return { predict: asking('predict', predict), chain_of_thought: asking('chain_of_thought', chainOfThought) }
}
